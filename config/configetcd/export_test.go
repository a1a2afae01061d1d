package configetcd

import (
	"time"

	"example.com/lastgood/config"
)

// SetSilence sets for how long a watch of a source may have no answer.
func SetSilence(s config.Source, d time.Duration) { s.(*source).silence = d }

// SetPageLimit sets how many keys a source asks for at a time.
func SetPageLimit(s config.Source, n int64) { s.(*source).pageLimit = n }
