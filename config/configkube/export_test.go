package configkube

import (
	"time"

	"example.com/lastgood/config"
)

// SetSilence sets for how long a watch of a source may have nothing to read.
func SetSilence(s config.Source, d time.Duration) { s.(*source).silence = d }
