package policy

import (
	"os"
	"testing"
)

// BenchmarkReadOnlyAccess decides by the largest policy that people attach.
func BenchmarkReadOnlyAccess(b *testing.B) {
	raw, err := os.ReadFile("../managed/ReadOnlyAccess.json")
	if err != nil {
		b.Fatal(err)
	}
	doc, err := Identity(string(raw))
	if err != nil {
		b.Fatal(err)
	}
	docs, r := []*Document{doc}, Request{Action: "sqs:SendMessage", Resource: queue, Context: context}
	for b.Loop() {
		if Evaluate(docs, r) != Unmatched {
			b.Fatal("allowed")
		}
	}
}
