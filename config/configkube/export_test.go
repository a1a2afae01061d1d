package configkube

import (
	"time"

	"example.com/lastgood/config"
)

// SetMaxBody sets the limit of an answer or an event.
func SetMaxBody(s config.Source, bytes int64) { s.(*source).maxBody = bytes }

// SetSilence sets the time after which a watch that receives nothing ends.
func SetSilence(s config.Source, d time.Duration) { s.(*source).maxSilence = d }
