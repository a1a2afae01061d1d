package main

import (
	"os"

	"example.com/lastgood/config"
)

// longestReason is how much Kubernetes keeps of a termination message. It is less, 12 KiB
// divided by their number, where a pod has more than three containers.
const longestReason = 4096

// explain writes why there is no start to a file that exists, as /dev/termination-log does
// in a container of Kubernetes. A failure is ignored: the log has all of it, and by
// terminationMessagePolicy: FallbackToLogsOnError, Kubernetes shows the end of that then.
func explain(err *config.Error, path string) {
	if file, openErr := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0); openErr == nil {
		_, _ = file.WriteString(err.Summary(longestReason))
		_ = file.Close()
	}
}
