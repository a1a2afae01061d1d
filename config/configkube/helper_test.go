package configkube_test

import (
	"encoding/base64"
	"fmt"
	"log/slog"

	"example.com/lastgood/config"
)

var quiet = config.WithLogger(slog.New(slog.DiscardHandler))

// pair is a configuration in two documents that is valid only if both are of the same version.
type pair struct {
	Left  int
	Right int `validate:"eqfield=Left"`
}

// pairs returns the data of version n.
func pairs(n int) map[string]string {
	return map[string]string{"a.yaml": fmt.Sprintf(`{"left": %d}`, n), "b.json": fmt.Sprintf(`{"right": %d}`, n)}
}

// encode returns data in base64, as in a Secret.
func encode(data map[string]string) map[string]string {
	encoded := make(map[string]string, len(data))
	for key, text := range data {
		encoded[key] = base64.StdEncoding.EncodeToString([]byte(text))
	}
	return encoded
}
