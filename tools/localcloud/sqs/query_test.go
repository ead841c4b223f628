package sqs

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// ask sends a form, as clients older than the JSON protocol do, and decodes the
// answer into out. It returns the text of the answer.
func (c *cloud) ask(t *testing.T, out any, form url.Values) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.Env.Endpoint+"/", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/sqs/aws4_request, SignedHeaders=host, Signature=00")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err == nil && out != nil {
		err = xml.Unmarshal(raw, out)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	return resp.StatusCode, string(raw)
}

func TestFormerProtocolSendsAndReceives(t *testing.T) {
	c := newCloud(t)
	var made struct {
		QueueUrl string `xml:"CreateQueueResult>QueueUrl"`
	}
	c.ask(t, &made, url.Values{"Action": {"CreateQueue"}, "QueueName": {"old"},
		"Attribute.1.Name": {"VisibilityTimeout"}, "Attribute.1.Value": {"7"}, "Tag.1.Key": {"a.b"}, "Tag.1.Value": {"c"}})
	if got := c.attribute(t, made.QueueUrl, "VisibilityTimeout"); got != "7" {
		t.Errorf("VisibilityTimeout %q", got)
	}
	c.ask(t, nil, url.Values{"Action": {"SendMessage"}, "QueueUrl": {made.QueueUrl}, "MessageBody": {"<one>"}, "DelaySeconds": {"0"},
		"MessageAttribute.1.Name": {"kind"}, "MessageAttribute.1.Value.DataType": {"String"}, "MessageAttribute.1.Value.StringValue": {"x"}})
	var got struct {
		Body      string `xml:"ReceiveMessageResult>Message>Body"`
		Count     string `xml:"ReceiveMessageResult>Message>Attribute>Value"`
		Attribute string `xml:"ReceiveMessageResult>Message>MessageAttribute>Name"`
		Value     string `xml:"ReceiveMessageResult>Message>MessageAttribute>Value>StringValue"`
		Handle    string `xml:"ReceiveMessageResult>Message>ReceiptHandle"`
	}
	_, body := c.ask(t, &got, url.Values{"Action": {"ReceiveMessage"}, "QueueUrl": {made.QueueUrl}, "WaitTimeSeconds": {"1"},
		"AttributeName.1": {"ApproximateReceiveCount"}, "MessageAttributeName.1": {"All"}})
	if got.Body != "<one>" || got.Count != "1" || got.Attribute != "kind" || got.Value != "x" || got.Handle == "" {
		t.Errorf("received %+v of %s", got, body)
	}
	var tags struct {
		Key   string `xml:"ListQueueTagsResult>Tag>Key"`
		Value string `xml:"ListQueueTagsResult>Tag>Value"`
	}
	if c.ask(t, &tags, url.Values{"Action": {"ListQueueTags"}, "QueueUrl": {made.QueueUrl}}); tags.Key != "a.b" || tags.Value != "c" {
		t.Errorf("tags %+v", tags)
	}
}

func TestFormerProtocolHasBatches(t *testing.T) {
	c := newCloud(t)
	var sent struct {
		ID     string                                 `xml:"SendMessageBatchResult>SendMessageBatchResultEntry>Id"`
		Failed struct{ Id, Code, SenderFault string } `xml:"SendMessageBatchResult>BatchResultErrorEntry"`
	}
	_, body := c.ask(t, &sent, url.Values{"Action": {"SendMessageBatch"}, "QueueUrl": {c.queue(t, "old", nil)},
		"SendMessageBatchRequestEntry.1.Id": {"a"}, "SendMessageBatchRequestEntry.1.MessageBody": {"A"},
		"SendMessageBatchRequestEntry.2.Id": {"b"}, "SendMessageBatchRequestEntry.2.MessageBody": {"B"},
		"SendMessageBatchRequestEntry.2.DelaySeconds": {"901"}})
	if sent.ID != "a" || sent.Failed.Id != "b" || sent.Failed.Code != "InvalidParameterValue" || sent.Failed.SenderFault != "true" {
		t.Errorf("got %+v of %s", sent, body)
	}
}

func TestFormerProtocolHasItsOwnErrors(t *testing.T) {
	c := newCloud(t)
	for _, tc := range []struct {
		form url.Values
		code string
	}{
		{url.Values{"Action": {"GetQueueUrl"}, "QueueName": {"none"}}, "AWS.SimpleQueueService.NonExistentQueue"},
		{url.Values{"Action": {"AddPermission"}}, "InvalidAction"},
		{url.Values{"Action": {"ReceiveMessage"}, "QueueUrl": {"x"}, "WaitTimeSeconds": {"soon"}}, "MalformedQueryString"},
	} {
		var got struct {
			Code string `xml:"Error>Code"`
		}
		if status, body := c.ask(t, &got, tc.form); status != 400 || got.Code != tc.code {
			t.Errorf("%v: %d %s, want %s", tc.form, status, body, tc.code)
		}
	}
}

func TestFormerProtocolHasFIFOQueues(t *testing.T) {
	c := newCloud(t)
	queue := c.fifo(t, "old.fifo", nil)
	send := url.Values{"Action": {"SendMessage"}, "QueueUrl": {queue}, "MessageBody": {"one"},
		"MessageGroupId": {"a"}, "MessageDeduplicationId": {"1"}}
	var sent struct {
		Sequence string `xml:"SendMessageResult>SequenceNumber"`
	}
	if _, body := c.ask(t, &sent, send); len(sent.Sequence) != 20 {
		t.Errorf("sequence number %q of %s", sent.Sequence, body)
	}
	var batch struct {
		Entries []string `xml:"SendMessageBatchResult>SendMessageBatchResultEntry>SequenceNumber"`
	}
	_, body := c.ask(t, &batch, url.Values{"Action": {"SendMessageBatch"}, "QueueUrl": {queue},
		"SendMessageBatchRequestEntry.1.Id": {"a"}, "SendMessageBatchRequestEntry.1.MessageBody": {"one"},
		"SendMessageBatchRequestEntry.1.MessageGroupId": {"a"}, "SendMessageBatchRequestEntry.1.MessageDeduplicationId": {"1"},
		"SendMessageBatchRequestEntry.2.Id": {"b"}, "SendMessageBatchRequestEntry.2.MessageBody": {"two"},
		"SendMessageBatchRequestEntry.2.MessageGroupId": {"a"}})
	if len(batch.Entries) != 2 || batch.Entries[0] != sent.Sequence || batch.Entries[1] <= sent.Sequence {
		t.Errorf("sequence numbers %q of %s", batch.Entries, body)
	}
	var got struct {
		Bodies []string `xml:"ReceiveMessageResult>Message>Body"`
		Values []string `xml:"ReceiveMessageResult>Message>Attribute>Value"`
	}
	_, body = c.ask(t, &got, url.Values{"Action": {"ReceiveMessage"}, "QueueUrl": {queue}, "MaxNumberOfMessages": {"10"},
		"AttributeName.1": {"MessageGroupId"}, "ReceiveRequestAttemptId": {"try"}})
	if !slices.Equal(got.Bodies, []string{"one", "two"}) || !slices.Equal(got.Values, []string{"a", "a"}) {
		t.Errorf("received %+v of %s", got, body)
	}
	var refused struct {
		Code string `xml:"Error>Code"`
	}
	send.Del("MessageGroupId")
	if status, body := c.ask(t, &refused, send); status != 400 || refused.Code != "MissingParameter" {
		t.Errorf("without a group: %d %s", status, body)
	}
}
