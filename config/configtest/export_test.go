package configtest

import "time"

// SetHarnessLimit bounds every wait of [TestSource], which usually lasts long.
func SetHarnessLimit(d time.Duration) { harnessLimit = d }
