package configtest

import "time"

// SetHarnessLimit bounds every wait of [TestSource].
func SetHarnessLimit(d time.Duration) { harnessLimit = d }
