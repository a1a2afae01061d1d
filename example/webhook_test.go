package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/testkit"
)

// writeCertificate writes a self-signed certificate for 127.0.0.1 and its key.
func writeCertificate(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	testkit.Must(t, err)
	template := x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	cert, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	testkit.Must(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	testkit.Must(t, err)
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})
	testkit.Write(t, filepath.Join(dir, "tls.crt"), string(text))
	testkit.Write(t, filepath.Join(dir, "tls.key"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return pool
}

func TestTheWebhookDeniesAConfigMapThatIsNotGood(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	certs := t.TempDir()
	pool := writeCertificate(t, certs)
	ln, err := listenTCP("127.0.0.1:0")
	testkit.Must(t, err)
	root := &cobra.Command{}
	root.PersistentFlags().String("config", "", "")
	root.AddCommand(webhookCommand(func(cmd *cobra.Command) ([]config.Option, error) { return options("", cmd.Flags()), nil },
		func(string) (net.Listener, error) { return ln, nil }))
	root.SetArgs([]string{"webhook", "--certs", certs})
	ended := make(chan error, 1)
	go func() { ended <- root.ExecuteContext(ctx) }()

	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}}
	for text, want := range map[string]string{
		good:                    "",
		good + "greting: Hello": `config.yaml:5:1: greting: unknown key; did you mean "greeting"? [unknown_key]`,
	} {
		object := map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "data": map[string]string{"config.yaml": text}}
		body, err := json.Marshal(map[string]any{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": map[string]any{
			"uid": "1", "operation": "UPDATE", "name": "example", "namespace": "default", "kind": map[string]string{"version": "v1", "kind": "ConfigMap"}, "object": object}})
		testkit.Must(t, err)
		r, err := client.Post("https://"+ln.Addr().String()+"/validate?timeout=5s", "application/json", bytes.NewReader(body))
		testkit.Must(t, err)
		var answer struct {
			Response struct {
				Allowed bool
				Status  struct{ Message string }
			}
		}
		err = json.NewDecoder(r.Body).Decode(&answer)
		_ = r.Body.Close()
		testkit.Must(t, err)
		if got := answer.Response; got.Allowed != (want == "") || !strings.Contains(got.Status.Message, want) {
			t.Errorf("%s: %+v", text, got)
		}
	}
	stop()
	testkit.Must(t, testkit.Within(t, ended, "the end"))
}
