package logs

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// ReportFilter is the pattern of the reports of invocations, in Lambda's JSON format.
const ReportFilter = `{ $.type = "platform.report" }`

// Report is Lambda's own report of an invocation. Times are in milliseconds.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
type Report struct {
	Duration float64
	Billed   float64
	Init     float64 // of a cold start; else 0
	Memory   int     // MB, used at most
}

// reportFigure matches one figure of the REPORT line that ends a log in text format.
var reportFigure = regexp.MustCompile(`(Init Duration|Billed Duration|Duration|Max Memory Used): ([0-9.]+)`)

// ParseReport returns the report in a line of a log, in either of Lambda's log
// formats; false where the line is none.
func ParseReport(line string) (Report, bool) {
	switch {
	case strings.HasPrefix(line, "REPORT "):
		return parseText(line), true
	case strings.Contains(line, `"platform.report"`):
		return parseJSON(line)
	}
	return Report{}, false
}

func parseText(line string) (r Report) {
	for _, m := range reportFigure.FindAllStringSubmatch(line, -1) {
		value, _ := strconv.ParseFloat(m[2], 64) // the pattern allows numbers only
		switch m[1] {
		case "Duration":
			r.Duration = value
		case "Billed Duration":
			r.Billed = value
		case "Init Duration":
			r.Init = value
		case "Max Memory Used":
			r.Memory = int(value)
		}
	}
	return r
}

func parseJSON(line string) (Report, bool) {
	var report struct {
		Type   string
		Record struct {
			Metrics struct {
				DurationMs, BilledDurationMs, InitDurationMs float64
				MaxMemoryUsedMB                              int
			} `json:"metrics"`
		} `json:"record"`
	}
	if json.Unmarshal([]byte(line), &report) != nil || report.Type != "platform.report" {
		return Report{}, false
	}
	m := report.Record.Metrics
	return Report{Duration: m.DurationMs, Billed: m.BilledDurationMs, Init: m.InitDurationMs, Memory: m.MaxMemoryUsedMB}, true
}
