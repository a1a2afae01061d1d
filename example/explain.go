package main

import (
	"os"

	"example.com/lastgood/config"
)

// maxTerminationLog is the size of a termination message in Kubernetes. In a pod with more than three
// containers it is less: 12 KiB divided by their number.
const maxTerminationLog = 4096

// explain writes a summary of the error to a file if it exists, as /dev/termination-log does in a
// container of Kubernetes. A failure is ignored: the log has the whole error, and with
// terminationMessagePolicy: FallbackToLogsOnError, Kubernetes shows the end of the log then.
func explain(err *config.Error, path string) {
	if file, openErr := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0); openErr == nil {
		_, _ = file.WriteString(err.Summary(maxTerminationLog))
		_ = file.Close()
	}
}
