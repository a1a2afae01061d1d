package configkube_test

import (
	"encoding/base64"
)

// encode returns data as a Secret has it.
func encode(data map[string]string) map[string]string {
	encoded := make(map[string]string, len(data))
	for key, text := range data {
		encoded[key] = base64.StdEncoding.EncodeToString([]byte(text))
	}
	return encoded
}
