package poller

import (
	"bytes"
	"encoding/json"
)

// failures returns the messages of a batch that a function reports as failed. all
// is true if the report is not valid, so that the whole batch has failed.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func failures(batch []Message, answer []byte) (ids map[string]bool, all bool) {
	var report struct {
		Items []map[string]json.RawMessage `json:"batchItemFailures"`
	}
	if len(bytes.TrimSpace(answer)) == 0 {
		return nil, false
	}
	if json.Unmarshal(answer, &report) != nil {
		return nil, true
	}
	known := map[string]bool{}
	for _, m := range batch {
		known[m.ID] = true
	}
	ids = map[string]bool{}
	for _, item := range report.Items {
		var id string
		if json.Unmarshal(item["itemIdentifier"], &id) != nil || !known[id] {
			return nil, true
		}
		ids[id] = true
	}
	return ids, false
}
