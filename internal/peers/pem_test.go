//go:build linux && all

package peers

import (
	"crypto/ed25519"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// firstSerial is added to every version, so that all serial numbers have the same length.
const firstSerial = 1000

// keyPair returns a version as a certificate with its key, in one file.
func keyPair(version int) string {
	cert, key := certificate(version, "pair")
	return cert + key
}

// bundle returns a version as a bundle of two certificate authorities.
func bundle(version int) string {
	a, _ := certificate(version, "a")
	b, _ := certificate(version, "b")
	return a + b
}

func certificate(version int, name string) (cert, key string) {
	private := ed25519.NewKeyFromSeed(fmt.Appendf(nil, "%-32s", fmt.Sprint(name, version)))
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(int64(firstSerial + version)),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Unix(1_700_000_000, 0),
		NotAfter:              time.Unix(4_000_000_000, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(nil, template, template, private.Public(), private)
	if err != nil {
		panic(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
}

// bundleVersion returns the version of a bundle, or an error.
func bundleVersion(data []byte) (int, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return 0, fmt.Errorf("no certificate in %d bytes", len(data))
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return 0, err
	}
	version := int(cert.SerialNumber.Int64()) - firstSerial
	if string(data) != bundle(version) {
		return 0, fmt.Errorf("%d bytes of version %d", len(data), version)
	}
	return version, nil
}
