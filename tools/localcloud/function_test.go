package localcloud_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// function is this test's binary as a Lambda function: behind an API it sends the
// request's body to $QUEUE; behind a queue it stores the messages' bodies in
// $PARAMETER; without $QUEUE it answers at once. It finds the cloud by its
// environment alone.
func function(ctx context.Context, event struct {
	Body    string
	Records []struct{ Body string }
}) (any, error) {
	if os.Getenv("QUEUE") == "" {
		return map[string]any{"statusCode": 200}, nil
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	fmt.Println("request with", len(event.Records), "records")
	if len(event.Records) == 0 {
		_, err := sqs.NewFromConfig(c).SendMessage(ctx, &sqs.SendMessageInput{
			QueueUrl: aws.String(os.Getenv("QUEUE")), MessageBody: &event.Body})
		return map[string]any{"statusCode": 202}, err
	}
	for _, r := range event.Records {
		_, err := ssm.NewFromConfig(c).PutParameter(ctx, &ssm.PutParameterInput{
			Name: aws.String(os.Getenv("PARAMETER")), Value: &r.Body, Type: types.ParameterTypeString, Overwrite: aws.Bool(true)})
		if err != nil {
			return nil, err
		}
	}
	return json.RawMessage(`{"batchItemFailures":[]}`), nil
}

// functionZip returns the zip of the function: this test's own binary. It is not
// compressed, which would take longer than the test.
var functionZip = sync.OnceValues(func() ([]byte, error) {
	binary, err := os.ReadFile(os.Args[0])
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Store}
	header.SetMode(0o755)
	f, err := w.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(binary); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
})

func mustZip(t testing.TB) []byte {
	t.Helper()
	raw, err := functionZip()
	check(t, err)
	return raw
}
