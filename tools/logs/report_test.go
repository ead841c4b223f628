package logs_test

import (
	"testing"

	"github.com/seastack/seastack/tools/logs"
)

// TestParseReport reads both of Lambda's log formats, and takes no other line.
func TestParseReport(t *testing.T) {
	want := logs.Report{Duration: 1.25, Billed: 52, Memory: 31, Init: 50.1}
	for _, line := range []string{
		"REPORT RequestId: 1\tDuration: 1.25 ms\tBilled Duration: 52 ms\tMemory Size: 256 MB\tMax Memory Used: 31 MB\tInit Duration: 50.10 ms\t",
		`{"type":"platform.report","record":{"metrics":{"durationMs":1.25,"billedDurationMs":52,"memorySizeMB":256,"maxMemoryUsedMB":31,"initDurationMs":50.1}}}`,
	} {
		if got, ok := logs.ParseReport(line); !ok || got != want {
			t.Errorf("%s: %+v, %t", line, got, ok)
		}
	}
	for _, line := range []string{"", "START", `{"message":"\"platform.report\""}`, `"platform.report"`} {
		if got, ok := logs.ParseReport(line); ok {
			t.Errorf("%q is taken for a report: %+v", line, got)
		}
	}
}
