package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/tools/deploy"
	"github.com/seastack/seastack/tools/pipeline"
	"github.com/seastack/seastack/tools/project"
)

// Held returns the addresses in the local states of what holds data or an
// address, sorted.
func Held(p project.Project) (all []string) {
	files, _ := filepath.Glob(p.StateFile("*"))
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err == nil {
			all = append(all, deploy.HeldIn(raw)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// inspect asks the local cloud what a resource holds. Only queues can be empty,
// and the artifact bucket: an API's URL and a secret are there or not.
func (e *Environment) inspect(ctx context.Context, r deploy.Resource) (empty bool, state string, err error) {
	if r.Type == "aws_s3_bucket" && r.Name == pipeline.ArtifactBucket(e.project, e.config) {
		return true, "", nil // it shows the zips, and does not have them
	}
	url, _ := r.Values["url"].(string)
	if r.Type != "aws_sqs_queue" || url == "" {
		return false, "", nil
	}
	cfg, err := e.AWSConfig(ctx)
	if err != nil {
		return false, "", err
	}
	return inspectQueue(ctx, sqs.NewFromConfig(cfg), url)
}

// inspectQueue reports whether a queue has no message: visible, in flight or
// delayed. A queue that is gone has none.
func inspectQueue(ctx context.Context, client *sqs.Client, url string) (empty bool, state string, err error) {
	out, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	var none *types.QueueDoesNotExist
	if errors.As(err, &none) {
		return true, "", nil
	}
	if err != nil {
		return false, "", err
	}
	var counts [3]int
	for i, name := range []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages,
		types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
		types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
	} {
		if counts[i], err = strconv.Atoi(out.Attributes[string(name)]); err != nil {
			return false, "", fmt.Errorf("the attribute %s of %s: %w", name, url, err)
		}
	}
	state = fmt.Sprintf("it has messages: %d visible, %d in flight, %d delayed", counts[0], counts[1], counts[2])
	return counts == [3]int{}, state, nil
}
