//go:build apiserver

package kubelet

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/testkit"
)

// cluster is a kube-apiserver on an etcd, with the namespace prod and a service account, web. The Role in the
// error of a source permits it to list and watch the ConfigMap app.
type cluster struct {
	dir   string // of the service account
	proxy *testkit.Proxy

	bin, etcd, port string
	args            []string
	server          *exec.Cmd
	client          *http.Client
}

// buildServers builds kube-apiserver and etcd in the user's cache, which takes a while the first
// time and a few seconds then.
func buildServers(t testing.TB) (dir string) {
	t.Helper()
	cache, err := os.UserCacheDir()
	testkit.Must(t, err)
	dir = filepath.Join(cache, "lastgood-apiserver")
	testkit.Must(t, os.MkdirAll(dir, 0o700))
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", dir, "k8s.io/kubernetes/cmd/kube-apiserver", "go.etcd.io/etcd/server/v3").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

// newCluster starts the programs of buildServers. They run until the end of the test.
func newCluster(t testing.TB, bin string) *cluster {
	t.Helper()
	c := &cluster{dir: t.TempDir(), bin: bin, port: freePort(t), client: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}}
	c.etcd = "http://127.0.0.1:" + freePort(t)
	peer := "http://127.0.0.1:" + freePort(t)
	run(t, filepath.Join(bin, "server"), "--data-dir", t.TempDir(), "--listen-client-urls", c.etcd, "--advertise-client-urls", c.etcd,
		"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "default="+peer, "--unsafe-no-fsync")

	files := t.TempDir()
	cert, key := writeKeys(t, files)
	testkit.Write(t, filepath.Join(c.dir, "ca.crt"), testkit.Read(t, cert))
	testkit.Write(t, filepath.Join(c.dir, "namespace"), "prod")
	tokens := filepath.Join(files, "tokens.csv")
	testkit.Write(t, tokens, "admin,admin,1,system:masters\n")
	c.args = []string{"--etcd-servers=" + c.etcd, "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port=" + c.port, "--tls-cert-file=" + cert, "--tls-private-key-file=" + key,
		"--authorization-mode=RBAC", "--token-auth-file=" + tokens, "--disable-admission-plugins=ServiceAccount", "--service-cluster-ip-range=10.0.0.0/24",
		"--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file=" + key, "--service-account-signing-key-file=" + key}
	c.start(t)
	c.proxy = testkit.NewProxy(t, "127.0.0.1:"+c.port)
	c.must(t, http.MethodPost, "/api/v1/namespaces", map[string]any{"metadata": map[string]any{"name": "prod"}})
	c.rotate(t)
	c.makeRole(t, c.configMap())
	c.permit(t)
	return c
}

func freePort(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	testkit.Must(t, err)
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	testkit.Must(t, err)
	return port
}

// run starts a program, which is killed at the end of the test.
func run(t testing.TB, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(name, args...)
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	testkit.Must(t, err)
	cmd.Stdout, cmd.Stderr = log, log
	testkit.Must(t, cmd.Start())
	t.Cleanup(func() {
		kill(cmd)
		if t.Failed() {
			text := testkit.Read(t, log.Name())
			t.Logf("%s:\n%s", name, text[max(0, len(text)-4000):])
		}
		_ = log.Close()
	})
	return cmd
}

func kill(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // it can have ended already
	_ = cmd.Wait()
}

// writeKeys writes a self-signed certificate for this machine, and its key.
func writeKeys(t testing.TB, dir string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	testkit.Must(t, err)
	template := x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &private.PublicKey, private)
	testkit.Must(t, err)
	encoded, err := x509.MarshalECPrivateKey(private)
	testkit.Must(t, err)
	cert, key = filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	testkit.Write(t, cert, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	testkit.Write(t, key, string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: encoded})))
	return cert, key
}

// start starts the API server, and waits until it is ready.
func (c *cluster) start(t testing.TB) {
	t.Helper()
	c.server = run(t, filepath.Join(c.bin, "kube-apiserver"), c.args...)
	for deadline := time.Now().Add(2 * time.Minute); ; {
		if code, _ := c.do("admin", http.MethodGet, "/readyz", nil); code == http.StatusOK {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the API server does not become ready")
		}
		<-time.After(20 * time.Millisecond)
	}
}

func (c *cluster) stop() { kill(c.server) }

// answer is one of the API server; its code is 0 if there is none.
type answer struct {
	code   int
	header http.Header
	body   []byte
}

// send sends a request.
func (c *cluster) send(token, method, path, contentType string, body []byte) answer {
	req, err := http.NewRequest(method, "https://127.0.0.1:"+c.port+path, bytes.NewReader(body))
	if err != nil {
		return answer{}
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", contentType)
	got, err := c.client.Do(req)
	if err != nil {
		return answer{}
	}
	defer got.Body.Close()
	data, err := io.ReadAll(got.Body)
	if err != nil {
		return answer{}
	}
	return answer{got.StatusCode, got.Header, data}
}

// do sends JSON, and returns the code of the answer and its body.
func (c *cluster) do(token, method, path string, body any) (int, []byte) {
	var encoded []byte
	if body != nil {
		var err error
		if encoded, err = json.Marshal(body); err != nil {
			return 0, nil
		}
	}
	got := c.send(token, method, path, "application/json", encoded)
	return got.code, got.body
}

// must sends a request as an administrator. The test fails if it does not succeed.
func (c *cluster) must(t testing.TB, method, path string, body any) []byte {
	t.Helper()
	code, data := c.do("admin", method, path, body)
	if code < 200 || code > 299 {
		t.Fatalf("%s %s: %d %s", method, path, code, data)
	}
	return data
}

const (
	configMaps = "/api/v1/namespaces/prod/configmaps"
	secrets    = "/api/v1/namespaces/prod/secrets"
	rbac       = "/apis/rbac.authorization.k8s.io/v1/namespaces/prod"
)

func (c *cluster) put(t testing.TB, data map[string]string) {
	t.Helper()
	object := map[string]any{"metadata": map[string]any{"name": "app"}, "data": data}
	if code, _ := c.do("admin", http.MethodPut, configMaps+"/app", object); code != http.StatusOK {
		c.must(t, http.MethodPost, configMaps, object)
	}
}

func (c *cluster) remove(t testing.TB) {
	t.Helper()
	c.must(t, http.MethodDelete, configMaps+"/app", nil)
}

// makeRole makes the Role of the error that a source has without.
func (c *cluster) makeRole(t testing.TB, of config.Source) {
	t.Helper()
	_, err := of.Read(t.Context())
	refused, ok := errors.AsType[*config.SourceError](err)
	if !ok || refused.Error() != "system:serviceaccount:prod:web may not list it (403 Forbidden)" {
		t.Fatalf("without a Role: %v", err)
	}
	role := strings.TrimPrefix(refused.Hint, "it needs the Role ")
	if made := c.send("admin", http.MethodPost, rbac+"/roles", "application/yaml", []byte(role)); made.code != http.StatusCreated {
		t.Fatalf("the Role %s: %d %s", role, made.code, made.body)
	}
}

// permit gives the service account its Role, and returns when that is in force.
func (c *cluster) permit(t testing.TB) {
	t.Helper()
	c.bind(t, "app-configmap")
	c.becomes(t, http.StatusOK)
}

// bind gives the service account a Role.
func (c *cluster) bind(t testing.TB, role string) {
	t.Helper()
	c.must(t, http.MethodPost, rbac+"/rolebindings", map[string]any{"metadata": map[string]any{"name": role},
		"roleRef":  map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": role},
		"subjects": []any{map[string]any{"kind": "ServiceAccount", "name": "web", "namespace": "prod"}}})
}

func (c *cluster) deny(t testing.TB) {
	t.Helper()
	c.must(t, http.MethodDelete, rbac+"/rolebindings/app-configmap", nil)
	c.becomes(t, http.StatusForbidden)
}

func (c *cluster) token(t testing.TB) string {
	t.Helper()
	return testkit.Read(t, filepath.Join(c.dir, "token"))
}

// becomes waits until the service account has a status for its answer.
func (c *cluster) becomes(t testing.TB, code int) {
	t.Helper()
	testkit.Eventually(t, fmt.Sprintf("status %d", code), func() bool {
		got, _ := c.do(c.token(t), http.MethodGet, configMaps+"?fieldSelector=metadata.name%3Dapp", nil)
		return got == code
	})
}

// rotate creates the service account again, so that no earlier token is valid, and writes a new token to its
// directory.
func (c *cluster) rotate(t testing.TB) {
	t.Helper()
	const accounts = "/api/v1/namespaces/prod/serviceaccounts"
	c.do("admin", http.MethodDelete, accounts+"/web", nil) // it does not exist at first
	c.must(t, http.MethodPost, accounts, map[string]any{"metadata": map[string]any{"name": "web"}})
	var request struct {
		Status struct{ Token string }
	}
	testkit.Must(t, json.Unmarshal(c.must(t, http.MethodPost, accounts+"/web/token", map[string]any{"spec": map[string]any{}}), &request))
	testkit.Replace(t, filepath.Join(c.dir, "token"), request.Status.Token)
}

// expire removes earlier revisions from etcd and from the cache of the API server.
func (c *cluster) expire(t testing.TB) {
	t.Helper()
	var list struct {
		Metadata struct{ ResourceVersion string }
	}
	c.must(t, http.MethodPost, configMaps, map[string]any{"metadata": map[string]any{"generateName": "other-"}})
	testkit.Must(t, json.Unmarshal(c.must(t, http.MethodGet, configMaps, nil), &list))
	answer, err := c.client.Post(c.etcd+"/v3/kv/compaction", "application/json", bytes.NewBufferString(`{"revision": "`+list.Metadata.ResourceVersion+`", "physical": true}`))
	testkit.Must(t, err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the compaction: %s", answer.Status)
	}
	c.stop()
	c.start(t)
}
