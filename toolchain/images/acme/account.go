package main

import (
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-acme/lego/v5/acme"
	"github.com/go-acme/lego/v5/certcrypto"
	"github.com/go-acme/lego/v5/lego"
	"github.com/go-acme/lego/v5/registration"
)

// account is who the authority knows us as. It must outlive this process: limits are counted for each account.
type account struct {
	email        string
	key          crypto.Signer
	registration *acme.ExtendedAccount
}

func (a *account) GetEmail() string                       { return a.email }
func (a *account) GetPrivateKey() crypto.Signer           { return a.key }
func (a *account) GetRegistration() *acme.ExtendedAccount { return a.registration }

// openAccount finds the account in its folder, or makes its key.
func openAccount(folder, email string) (*account, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	key, err := openKey(filepath.Join(folder, "key.pem"))
	if err != nil {
		return nil, err
	}
	known := &account{email: email, key: key}
	text, err := os.ReadFile(filepath.Join(folder, "account.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	if err != nil {
		return nil, err
	}
	return known, json.Unmarshal(text, &known.registration)
}

func openKey(path string) (crypto.Signer, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		return certcrypto.ParsePEMPrivateKey(text)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key, err := certcrypto.GeneratePrivateKey(certcrypto.EC256)
	if err != nil {
		return nil, err
	}
	return key, writeWhole(path, certcrypto.PEMEncode(key))
}

// register makes the key known to the authority, which answers with the same account when it knows the key already.
func register(ctx context.Context, client *lego.Client, folder string, user *account) error {
	registered, err := client.Registration.Register(ctx, registration.RegisterOptions{TermsOfServiceAgreed: true})
	if err != nil {
		return err
	}
	text, err := json.Marshal(registered)
	if err != nil {
		return err
	}
	user.registration = registered
	return writeWhole(filepath.Join(folder, "account.json"), text)
}

// writeWhole leaves the old content or the new, whatever happens.
func writeWhole(path string, content []byte) error {
	file, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
