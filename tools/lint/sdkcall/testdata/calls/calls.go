package calls

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

type putter interface {
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
}

type wrapped struct{ *sqs.Client }

func uncovered(ctx context.Context, cfg aws.Config, p putter, w wrapped) {
	queues := sqs.NewFromConfig(cfg)
	_, _ = queues.SendMessage(ctx, nil)                               // want `sqs.SendMessage needs sqs:SendMessage, which no handle of the function grants.*\n.*queue.Sender`
	_, _ = queues.SendMessageBatch(ctx, nil)                          // want `needs sqs:SendMessage,`
	_, _ = queues.PurgeQueue(ctx, nil)                                // want `mark the line with //seastack:granted sqs:PurgeQueue$`
	_, _ = w.DeleteMessage(ctx, nil)                                  // want `sqs:DeleteMessage`
	_, _ = eventbridge.NewFromConfig(cfg).PutEvents(ctx, nil)         // want `events:PutEvents.*\n.*event.Publisher`
	_, _ = ssm.NewFromConfig(cfg).GetParameter(ctx, nil)              // want `ssm:GetParameter.*\n.*config.Value`
	_, _ = lambda.NewFromConfig(cfg).Invoke(ctx, nil)                 // want `lambda.Invoke needs lambda:InvokeFunction`
	_, _ = p.PutObject(ctx, nil)                                      // want `s3:PutObject`
	_, _ = (s3.NewFromConfig(cfg)).CopyObject(ctx, nil)               // want `s3:GetObject and s3:PutObject`
	send := queues.SendMessage                                        // want `sqs:SendMessage`
	_, _ = send(ctx, nil)                                             // the value is reported
	pages := s3.NewListObjectsV2Paginator(s3.NewFromConfig(cfg), nil) // want `s3:ListBucket`
	_, _ = pages.NextPage(ctx)
	_, _ = s3.NewPresignClient(s3.NewFromConfig(cfg)).PresignGetObject(ctx, nil) // want `s3:GetObject`
	_ = s3.NewObjectExistsWaiter(s3.NewFromConfig(cfg)).Wait(ctx, nil, 0)        // want `s3:GetObject`
	_, _ = sts.NewFromConfig(cfg).GetCallerIdentity(ctx, nil)                    // everybody may
	own(ctx, &sqs.PurgeQueueInput{})                                             // what it calls is reported
	func() {
		_, _ = queues. // want `sqs:ListQueues`
				ListQueues(ctx, nil) // reported where the call begins
	}()
}

func own(context.Context, *sqs.PurgeQueueInput) {}

func marked(ctx context.Context, cfg aws.Config, p putter) {
	queues, objects := sqs.NewFromConfig(cfg), s3.NewFromConfig(cfg)
	_, _ = queues.PurgeQueue(ctx, nil) //seastack:granted sqs:PurgeQueue
	//seastack:granted sqs:PurgeQueue
	_, _ = queues.PurgeQueue(ctx, nil)
	// It is emptied each night.
	//seastack:granted sqs:PurgeQueue
	var _, _ = queues.PurgeQueue(ctx, nil)
	//seastack:granted s3:GetObject,s3:PutObject
	_, _ = objects.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: nil,
	})
	_, _ = queues.
		PurgeQueue(ctx, nil) //seastack:granted sqs:PurgeQueue
	if _, err := p.PutObject(ctx, nil); err != nil { //seastack:granted s3:PutObject
		return
	}
	_, _ = queues.PurgeQueue(ctx, nil)  //seastack:granted sqs:PurgeQueue
	_, _ = queues.DeleteQueue(ctx, nil) // want `sqs:DeleteQueue`
	/* want `granted sqs:SendMessage, and sqs.PurgeQueue needs sqs:PurgeQueue \[SEA9002\]` */ _, _ = queues.PurgeQueue(ctx, nil) //seastack:granted sqs:SendMessage
	/* want `granted s3:ListObjectsV2, and s3.ListObjectsV2 needs s3:ListBucket` */ _, _ = objects.ListObjectsV2(ctx, nil) //seastack:granted s3:ListObjectsV2
	/* want `needs sqs:PurgeQueue` */ _, _ = queues.PurgeQueue(ctx, nil) //seastack:granted PurgeQueue
}
