// Package poller receives messages from a queue and invokes a function with them
// in batches, as Lambda's event source mappings for SQS do.
//
// It knows batches, windows, partial failures and the shape of the event. It
// must not know mappings' states, roles, stores or how a function is invoked.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
package poller

import "encoding/json"

// Message is a message received from a queue.
type Message struct {
	ID                     string
	ReceiptHandle          string
	Body                   string
	MD5OfBody              string
	Attributes             map[string]string // SentTimestamp, ApproximateReceiveCount, ...
	MessageAttributes      map[string]Attribute
	MD5OfMessageAttributes string
}

// Attribute is an attribute of a message.
type Attribute struct {
	DataType    string
	StringValue *string
	BinaryValue []byte
}

type record struct {
	MessageID              string               `json:"messageId"`
	ReceiptHandle          string               `json:"receiptHandle"`
	Body                   string               `json:"body"`
	Attributes             map[string]string    `json:"attributes"`
	MessageAttributes      map[string]attribute `json:"messageAttributes"`
	MD5OfMessageAttributes string               `json:"md5OfMessageAttributes,omitempty"`
	MD5OfBody              string               `json:"md5OfBody"`
	EventSource            string               `json:"eventSource"`
	EventSourceARN         string               `json:"eventSourceARN"`
	Region                 string               `json:"awsRegion"`
}

type attribute struct {
	StringValue      *string  `json:"stringValue,omitempty"`
	BinaryValue      []byte   `json:"binaryValue,omitempty"`
	StringListValues []string `json:"stringListValues"`
	BinaryListValues [][]byte `json:"binaryListValues"`
	DataType         string   `json:"dataType"`
}

// event returns the function's input for a batch.
func event(queueARN, region string, batch []Message) ([]byte, error) {
	records := make([]record, len(batch))
	for i, m := range batch {
		records[i] = m.record(queueARN, region)
	}
	return json.Marshal(map[string]any{"Records": records})
}

func (m Message) record(queueARN, region string) record {
	return record{
		MessageID: m.ID, ReceiptHandle: m.ReceiptHandle, Body: m.Body, MD5OfBody: m.MD5OfBody,
		Attributes: m.Attributes, MessageAttributes: attributes(m), MD5OfMessageAttributes: m.MD5OfMessageAttributes,
		EventSource: "aws:sqs", EventSourceARN: queueARN, Region: region,
	}
}

// fields returns a message's record without its body, as filters match it.
func (m Message) fields(queueARN, region string) map[string]any {
	r := m.record(queueARN, region)
	r.Body = ""
	fields := map[string]any{}
	raw, err := json.Marshal(r)
	if err == nil {
		err = json.Unmarshal(raw, &fields)
	}
	if err != nil {
		panic(err) // strings and bytes always marshal, into an object
	}
	return fields
}

func attributes(m Message) map[string]attribute {
	all := map[string]attribute{}
	for name, a := range m.MessageAttributes {
		all[name] = attribute{
			StringValue: a.StringValue, BinaryValue: a.BinaryValue, DataType: a.DataType,
			StringListValues: []string{}, BinaryListValues: [][]byte{},
		}
	}
	return all
}
