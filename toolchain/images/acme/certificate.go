package main

import (
	"context"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"github.com/go-acme/lego/v5/acme"
	"github.com/go-acme/lego/v5/acme/api"
	"github.com/go-acme/lego/v5/certcrypto"
	"github.com/go-acme/lego/v5/certificate"
	"github.com/go-acme/lego/v5/challenge/http01"
	"github.com/go-acme/lego/v5/lego"
)

type obtained struct {
	Chain string `json:"chain"`
	Key   string `json:"key"`
}

type window struct {
	Start             time.Time `json:"start"`
	End               time.Time `json:"end"`
	ExplanationURL    string    `json:"explanationUrl,omitempty"`
	RetryAfterSeconds int       `json:"retryAfterSeconds"`
}

// What an authority says of a renewal whose older certificate it does not know.
var unknownCertificate = []string{acme.MalformedErrorType, acme.ServerInternalErrorType}

// obtain asks for a new certificate with a new key. An authority that has forgotten the account is told of it again,
// and one that does not know the older certificate is asked without naming it.
func obtain(ctx context.Context, asked request) (any, error) {
	user, err := openAccount(asked.Account, asked.Email)
	if err != nil {
		return nil, err
	}
	wanted := certificate.ObtainRequest{
		Domains: []string{asked.Domain},
		KeyType: certcrypto.EC256,
		Profile: asked.Profile,
		Bundle:  true,
	}
	wanted.ReplacesCertID = replacedID(asked.Certificate)
	resource, err := obtainAs(ctx, asked, user, wanted)
	if hasType(err, acme.AccountDoesNotExistErrorType) {
		user.registration = nil
		resource, err = obtainAs(ctx, asked, user, wanted)
	}
	if wanted.ReplacesCertID != "" && hasType(err, unknownCertificate...) {
		wanted.ReplacesCertID = ""
		resource, err = obtainAs(ctx, asked, user, wanted)
	}
	if err != nil {
		return nil, err
	}
	return obtained{Chain: string(resource.Certificate), Key: string(resource.PrivateKey)}, nil
}

func obtainAs(
	ctx context.Context, asked request, user *account, wanted certificate.ObtainRequest,
) (*certificate.Resource, error) {
	client, err := newClient(asked, user)
	if err != nil {
		return nil, err
	}
	server := http01.NewProviderServerWithOptions(http01.Options{Address: asked.ChallengeAddress})
	if err := client.Challenge.SetHTTP01Provider(server); err != nil {
		return nil, err
	}
	if user.registration == nil {
		if err := register(ctx, client, asked.Account, user); err != nil {
			return nil, err
		}
		// The registered account's address is part of every later request.
		return obtainAs(ctx, asked, user, wanted)
	}
	return client.Certificate.Obtain(ctx, wanted)
}

// renewalInfo asks when the authority would like the certificate renewed (RFC 9773).
func renewalInfo(ctx context.Context, asked request) (any, error) {
	// Nothing of this question is signed: any key does.
	key, err := certcrypto.GeneratePrivateKey(certcrypto.EC256)
	if err != nil {
		return nil, err
	}
	client, err := newClient(asked, &account{key: key})
	if err != nil {
		return nil, err
	}
	leaf, err := leafOf(asked.Certificate)
	if err != nil {
		return nil, err
	}
	info, err := client.Certificate.GetRenewalInfo(ctx, leaf)
	if err != nil {
		return nil, err
	}
	return window{
		Start:             info.SuggestedWindow.Start,
		End:               info.SuggestedWindow.End,
		ExplanationURL:    info.ExplanationURL,
		RetryAfterSeconds: int(info.RetryAfter.Seconds()),
	}, nil
}

func newClient(asked request, user *account) (*lego.Client, error) {
	config := lego.NewConfig(user)
	config.CADirURL = asked.DirectoryURL
	config.UserAgent = "slipway"
	config.Certificate.Timeout = 2 * time.Minute
	return lego.NewClient(config)
}

func leafOf(pem string) (*x509.Certificate, error) {
	chain, err := certcrypto.ParsePEMBundle([]byte(pem))
	if err != nil {
		return nil, err
	}
	return chain[0], nil
}

// replacedID is empty where there is no older certificate, or one that cannot be named.
func replacedID(pem string) string {
	leaf, err := leafOf(pem)
	if err != nil {
		return ""
	}
	id, err := api.MakeARICertID(leaf)
	if err != nil {
		return ""
	}
	return id
}

func hasType(err error, kinds ...string) bool {
	var problem *acme.ProblemDetails
	return errors.As(err, &problem) && slices.Contains(kinds, problem.Type)
}
