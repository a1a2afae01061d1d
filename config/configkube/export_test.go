package configkube

import (
	"time"

	"example.com/lastgood/config"
)

// SetMaxBody sets how many bytes an answer or an event for a source may have.
func SetMaxBody(s config.Source, bytes int64) { s.(*source).maxBody = bytes }

// SetSilence sets for how long a watch of a source may have nothing to read.
func SetSilence(s config.Source, d time.Duration) { s.(*source).silence = d }
