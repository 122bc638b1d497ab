// probe asks one address over HTTP and exits 0 when the answer is 200, else 1 with the reason on stderr.
// It stands in for curl in health checks of images that have no shell.
//
//	probe [--cafile FILE] [--timeout 3s] URL
//
// With --cafile the server's certificate must chain to that file alone; without it, to the system's roots.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	caFile := flag.String("cafile", "", "PEM file of the only authorities to trust")
	timeout := flag.Duration("timeout", 3*time.Second, "limit for the whole request")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: probe [--cafile FILE] [--timeout 3s] URL")
		os.Exit(2)
	}
	if err := ask(flag.Arg(0), *caFile, *timeout); err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
}

func ask(url, caFile string, timeout time.Duration) error {
	roots, err := rootsFrom(caFile)
	if err != nil {
		return err
	}
	client := &http.Client{
		Timeout:   timeout,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}},
	}
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", url, response.Status)
	}
	return nil
}

// rootsFrom returns nil (the system's roots) when no file is named.
func rootsFrom(caFile string) (*x509.CertPool, error) {
	if caFile == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", caFile)
	}
	return roots, nil
}
