// acme asks a certificate authority for one thing and ends. What, it reads as JSON from standard input; the answer is
// one line of JSON on standard output. Exit code 1: the answer says what went wrong, as the authority said it.
//
// It is lego without its hundred and more DNS providers: only http-01, which takes a tenth of the compiling.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"time"

	"github.com/go-acme/lego/v5/acme"
	"github.com/go-acme/lego/v5/acme/api"
	"github.com/go-acme/lego/v5/log"
)

// version is lego's, set when it is built.
var version = "unknown"

const timeout = 4 * time.Minute

type request struct {
	// "obtain" or "renewal-info".
	Do           string `json:"do"`
	DirectoryURL string `json:"directoryUrl"`
	// Folder with the account's key and address; made when it is missing.
	Account string `json:"account"`
	Email   string `json:"email"`
	Domain  string `json:"domain"`
	Profile string `json:"profile"`
	// Where http-01 is answered while a certificate is asked for, as ":8080".
	ChallengeAddress string `json:"challengeAddress"`
	// The certificate that is renewed or asked about, as PEM.
	Certificate string `json:"certificate"`
}

type failure struct {
	Type              string `json:"type,omitempty"`
	Status            int    `json:"status,omitempty"`
	Message           string `json:"message"`
	RetryAfterSeconds int    `json:"retryAfterSeconds,omitempty"`
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "--version" {
		fmt.Println("lego", version)
		return
	}
	// Standard output has the answer and nothing else.
	log.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	answer, err := answerTo(os.Stdin)
	if err != nil {
		answer = map[string]failure{"failed": describe(err)}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil || isFailure(answer) {
		os.Exit(1)
	}
}

func isFailure(answer any) bool {
	_, failed := answer.(map[string]failure)
	return failed
}

func answerTo(input *os.File) (any, error) {
	var asked request
	if err := json.NewDecoder(input).Decode(&asked); err != nil {
		return nil, fmt.Errorf("the request is not JSON: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	switch asked.Do {
	case "obtain":
		return obtain(ctx, asked)
	case "renewal-info":
		return renewalInfo(ctx, asked)
	}
	return nil, fmt.Errorf("%q is neither obtain nor renewal-info", asked.Do)
}

// describe keeps what tells a caller how to go on: the kind of problem, and when to ask again.
func describe(err error) failure {
	told := failure{Message: err.Error()}
	var problem *acme.ProblemDetails
	if errors.As(err, &problem) {
		told.Type, told.Status, told.Message = problem.Type, problem.HTTPStatus, problem.Detail
		for _, sub := range problem.SubProblems {
			told.Message += "; " + sub.Detail
		}
	}
	var limited *acme.RateLimitedError
	if errors.As(err, &limited) {
		told.RetryAfterSeconds = int(limited.RetryAfter.Seconds())
	}
	var way *url.Error
	if errors.As(err, &way) {
		told.Type = "unreachable"
	}
	if errors.Is(err, api.ErrNoARI) {
		told.Type = "no-renewal-info"
	}
	return told
}
