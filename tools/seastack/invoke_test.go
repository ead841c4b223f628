package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadReport reads both of Lambda's log formats, and takes the last report.
func TestReadReport(t *testing.T) {
	text := "START RequestId: 1 Version: 1\nREPORT RequestId: 1\tDuration: 9 ms\t\n" +
		"REPORT RequestId: 1\tDuration: 1.25 ms\tBilled Duration: 52 ms\tMemory Size: 256 MB\tMax Memory Used: 31 MB\tInit Duration: 50.10 ms\t\n"
	json := `{"type":"platform.report","record":{"metrics":{"durationMs":1.25,"billedDurationMs":52,"memorySizeMB":256,"maxMemoryUsedMB":31,"initDurationMs":50.1}}}`
	for _, log := range []string{text, json} {
		i := invocation{Log: log}
		i.readReport()
		want := invocation{Log: log, Duration: 1.25, Billed: 52, Memory: 31, Init: 50.1}
		if diff := cmp.Diff(want, i); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
