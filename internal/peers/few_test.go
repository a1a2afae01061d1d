//go:build linux && !all

package peers

import "example.com/lastgood/internal/scenario"

func more() []scenario.Library { return nil }
