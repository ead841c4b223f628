package eventsource_test

import (
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

func TestMain(m *testing.M) { os.Exit(lambdatest.Main(m)) }

// connect maps a queue to a function.
func connect(c *lambdatest.Cloud, q lambdatest.Queue, function string, change func(*awslambda.CreateEventSourceMappingInput)) string {
	c.T.Helper()
	in := &awslambda.CreateEventSourceMappingInput{EventSourceArn: &q.ARN, FunctionName: &function}
	if change != nil {
		change(in)
	}
	out, err := c.Client.CreateEventSourceMapping(c.T.Context(), in)
	c.Must(err)
	if aws.ToString(out.State) != "Creating" {
		c.T.Errorf("created in state %s", aws.ToString(out.State))
	}
	return aws.ToString(out.UUID)
}

func empty(c *lambdatest.Cloud, t *testing.T, q lambdatest.Queue) func() bool {
	return func() bool {
		all, hidden := c.Left(t, q)
		return all == "0" && hidden == "0"
	}
}

func TestMessagesReachTheFunctionAndAreDeleted(t *testing.T) {
	c := lambdatest.New(t)
	q := c.CreateQueue("q", "30")
	c.Create("f", nil)
	connect(c, q, "f", nil)
	c.Send(q, "one", "two", "three")
	lambdatest.Eventually(t, "the queue is empty", empty(c, t, q))
	lambdatest.Eventually(t, "the function saw all", func() bool { return lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "message ") == 3 })
}

func TestOnlyFailedMessagesComeBack(t *testing.T) {
	c := lambdatest.New(t)
	q := c.CreateQueue("q", "3")
	c.Create("f", nil)
	connect(c, q, "f", func(in *awslambda.CreateEventSourceMappingInput) {
		in.FunctionResponseTypes = []types.FunctionResponseType{types.FunctionResponseTypeReportBatchItemFailures}
	})
	c.Send(q, "good", "fail")
	lambdatest.Eventually(t, "the bad one has come twice", func() bool { return lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "message fail") == 2 })
	if n := lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "message good"); n != 1 {
		t.Errorf("the good one came %d times", n)
	}
}

func TestFailedBatchesComeBack(t *testing.T) {
	c := lambdatest.New(t)
	q := c.CreateQueue("q", "3")
	c.Create("f", nil)
	connect(c, q, "f", nil)
	c.Send(q, "fail all")
	lambdatest.Eventually(t, "it has come twice", func() bool { return lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "message fail all") == 2 })
}

func TestBatchesAreGatheredInTheWindow(t *testing.T) {
	c := lambdatest.New(t)
	q := c.CreateQueue("q", "30")
	c.Create("f", nil)
	for range 25 {
		c.Send(q, "x")
	}
	connect(c, q, "f", func(in *awslambda.CreateEventSourceMappingInput) {
		in.BatchSize, in.MaximumBatchingWindowInSeconds = aws.Int32(25), aws.Int32(10)
	})
	lambdatest.Eventually(t, "the queue is empty", empty(c, t, q))
	lambdatest.Eventually(t, "the log is kept", func() bool { return lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "message x") == 25 })
	if n := c.Starts("f"); n != 1 {
		t.Errorf("%d invocations for one batch", n)
	}
}

func TestMappingIsDisabledEnabledAndDeleted(t *testing.T) {
	c := lambdatest.New(t)
	ctx := t.Context()
	q := c.CreateQueue("q", "30")
	c.Create("f", nil)
	id := connect(c, q, "f", func(in *awslambda.CreateEventSourceMappingInput) { in.Tags = map[string]string{"a": "b"} })
	out, err := c.Client.UpdateEventSourceMapping(ctx, &awslambda.UpdateEventSourceMappingInput{UUID: &id, Enabled: aws.Bool(false)})
	c.Must(err)
	if aws.ToString(out.State) != "Disabling" {
		t.Errorf("state %s", aws.ToString(out.State))
	}
	c.Send(q, "later")
	got, err := c.Client.GetEventSourceMapping(ctx, &awslambda.GetEventSourceMappingInput{UUID: &id})
	c.Must(err)
	if aws.ToString(got.State) != "Disabled" || aws.ToInt32(got.BatchSize) != 10 || aws.ToString(got.FunctionArn) != "arn:aws:lambda:us-east-1:000000000000:function:f" {
		t.Errorf("got %+v", got)
	}
	tags, err := c.Client.ListTags(ctx, &awslambda.ListTagsInput{Resource: got.EventSourceMappingArn})
	c.Must(err)
	if tags.Tags["a"] != "b" {
		t.Errorf("tags %v", tags.Tags)
	}
	c.Stop()
	c.Start()
	if all, _ := c.Left(t, q); all != "1" {
		t.Errorf("a disabled mapping took a message: %s are left", all)
	}
	_, err = c.Client.UpdateEventSourceMapping(ctx, &awslambda.UpdateEventSourceMappingInput{UUID: &id, Enabled: aws.Bool(true)})
	c.Must(err)
	lambdatest.Eventually(t, "the queue is empty", empty(c, t, q))
	del, err := c.Client.DeleteEventSourceMapping(ctx, &awslambda.DeleteEventSourceMappingInput{UUID: &id})
	c.Must(err)
	if aws.ToString(del.State) != "Deleting" {
		t.Errorf("state %s", aws.ToString(del.State))
	}
	_, err = c.Client.GetEventSourceMapping(ctx, &awslambda.GetEventSourceMappingInput{UUID: &id})
	lambdatest.WantError(t, err, "ResourceNotFoundException", "The resource you requested does not exist.")
}

func TestMappingSurvivesARestartAndReturnsItsMessages(t *testing.T) {
	c := lambdatest.New(t)
	q := c.CreateQueue("q", "900")
	c.Create("f", func(in *awslambda.CreateFunctionInput) { in.Timeout = aws.Int32(60) })
	connect(c, q, "f", nil)
	c.Send(q, "hang once")
	lambdatest.Eventually(t, "it runs", func() bool { return lambdatest.Count(c.Logs.Lines("/aws/lambda/f"), "message hang once") == 1 })
	c.Stop()
	c.Start()
	lambdatest.Eventually(t, "it has run again, long before its visibility timeout", empty(c, t, q))
}

func TestMappingsAreRefusedInAWSsWords(t *testing.T) {
	c := lambdatest.New(t)
	q, short := c.CreateQueue("q", "30"), c.CreateQueue("short", "2")
	c.Create("f", nil)
	id := connect(c, q, "f", nil)
	create := func(change func(*awslambda.CreateEventSourceMappingInput)) error {
		in := &awslambda.CreateEventSourceMappingInput{EventSourceArn: &q.ARN, FunctionName: aws.String("f")}
		change(in)
		_, err := c.Client.CreateEventSourceMapping(t.Context(), in)
		return err
	}
	err := create(func(*awslambda.CreateEventSourceMappingInput) {})
	lambdatest.WantError(t, err, "ResourceConflictException", `An event source mapping with SQS arn (" `+q.ARN+` ") and function (" f ") already exists. `+
		"Please update or delete the existing mapping with UUID "+id)
	err = create(func(in *awslambda.CreateEventSourceMappingInput) { in.EventSourceArn = &short.ARN })
	lambdatest.WantError(t, err, "InvalidParameterValueException", "Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds")
	err = create(func(in *awslambda.CreateEventSourceMappingInput) { in.EventSourceArn = aws.String(q.ARN + "x") })
	lambdatest.WantError(t, err, "InvalidParameterValueException", "AWS.SimpleQueueService.NonExistentQueue")
	err = create(func(in *awslambda.CreateEventSourceMappingInput) { in.BatchSize = aws.Int32(11) })
	lambdatest.WantError(t, err, "InvalidParameterValueException", "Maximum batch window in seconds must be greater than 0")
	err = create(func(in *awslambda.CreateEventSourceMappingInput) { in.BatchSize = aws.Int32(10001) })
	lambdatest.WantError(t, err, "ValidationException", "Value '10001' at 'batchSize'")
	err = create(func(in *awslambda.CreateEventSourceMappingInput) { in.FunctionName = aws.String("none") })
	lambdatest.WantError(t, err, "ResourceNotFoundException", "Function not found: ")
	c.Rights.Deny("sqs:ReceiveMessage")
	err = create(func(in *awslambda.CreateEventSourceMappingInput) { in.EventSourceArn = &short.ARN })
	lambdatest.WantError(t, err, "InvalidParameterValueException", "The provided execution role does not have permissions to call ReceiveMessage on SQS")
}
