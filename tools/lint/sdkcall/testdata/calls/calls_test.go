package calls

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func TestCalls(*testing.T) {
	_, _ = sqs.New(sqs.Options{}).PurgeQueue(context.Background(), nil) // tests are not functions
}
