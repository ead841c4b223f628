package lambda

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// connect maps a queue to a function.
func (c *cloud) connect(q queue, function string, change func(*awslambda.CreateEventSourceMappingInput)) string {
	c.t.Helper()
	in := &awslambda.CreateEventSourceMappingInput{EventSourceArn: &q.arn, FunctionName: &function}
	if change != nil {
		change(in)
	}
	out, err := c.client.CreateEventSourceMapping(c.t.Context(), in)
	c.must(err)
	if aws.ToString(out.State) != "Creating" {
		c.t.Errorf("created in state %s", aws.ToString(out.State))
	}
	return aws.ToString(out.UUID)
}

func (c *cloud) empty(t *testing.T, q queue) func() bool {
	return func() bool {
		all, hidden := c.left(t, q)
		return all == "0" && hidden == "0"
	}
}

func TestMessagesReachTheFunctionAndAreDeleted(t *testing.T) {
	c := newCloud(t)
	q := c.createQueue("q", "30")
	c.create("f", nil)
	c.connect(q, "f", nil)
	c.send(q, "one", "two", "three")
	eventually(t, "the queue is empty", c.empty(t, q))
	eventually(t, "the function saw all", func() bool { return count(c.logs.lines("/aws/lambda/f"), "message ") == 3 })
}

func TestOnlyFailedMessagesComeBack(t *testing.T) {
	c := newCloud(t)
	q := c.createQueue("q", "3")
	c.create("f", nil)
	c.connect(q, "f", func(in *awslambda.CreateEventSourceMappingInput) {
		in.FunctionResponseTypes = []types.FunctionResponseType{types.FunctionResponseTypeReportBatchItemFailures}
	})
	c.send(q, "good", "fail")
	eventually(t, "the bad one has come twice", func() bool { return count(c.logs.lines("/aws/lambda/f"), "message fail") == 2 })
	if n := count(c.logs.lines("/aws/lambda/f"), "message good"); n != 1 {
		t.Errorf("the good one came %d times", n)
	}
}

func TestFailedBatchesComeBack(t *testing.T) {
	c := newCloud(t)
	q := c.createQueue("q", "3")
	c.create("f", nil)
	c.connect(q, "f", nil)
	c.send(q, "fail all")
	eventually(t, "it has come twice", func() bool { return count(c.logs.lines("/aws/lambda/f"), "message fail all") == 2 })
}

func TestBatchesAreGatheredInTheWindow(t *testing.T) {
	c := newCloud(t)
	q := c.createQueue("q", "30")
	c.create("f", nil)
	for range 25 {
		c.send(q, "x")
	}
	c.connect(q, "f", func(in *awslambda.CreateEventSourceMappingInput) {
		in.BatchSize, in.MaximumBatchingWindowInSeconds = aws.Int32(25), aws.Int32(10)
	})
	eventually(t, "the queue is empty", c.empty(t, q))
	eventually(t, "the log is kept", func() bool { return count(c.logs.lines("/aws/lambda/f"), "message x") == 25 })
	if n := c.starts("f"); n != 1 {
		t.Errorf("%d invocations for one batch", n)
	}
}

func TestMappingIsDisabledEnabledAndDeleted(t *testing.T) {
	c := newCloud(t)
	ctx := t.Context()
	q := c.createQueue("q", "30")
	c.create("f", nil)
	id := c.connect(q, "f", func(in *awslambda.CreateEventSourceMappingInput) { in.Tags = map[string]string{"a": "b"} })
	out, err := c.client.UpdateEventSourceMapping(ctx, &awslambda.UpdateEventSourceMappingInput{UUID: &id, Enabled: aws.Bool(false)})
	c.must(err)
	if aws.ToString(out.State) != "Disabling" {
		t.Errorf("state %s", aws.ToString(out.State))
	}
	c.send(q, "later")
	got, err := c.client.GetEventSourceMapping(ctx, &awslambda.GetEventSourceMappingInput{UUID: &id})
	c.must(err)
	if aws.ToString(got.State) != "Disabled" || aws.ToInt32(got.BatchSize) != 10 || aws.ToString(got.FunctionArn) != "arn:aws:lambda:us-east-1:000000000000:function:f" {
		t.Errorf("got %+v", got)
	}
	tags, err := c.client.ListTags(ctx, &awslambda.ListTagsInput{Resource: got.EventSourceMappingArn})
	c.must(err)
	if tags.Tags["a"] != "b" {
		t.Errorf("tags %v", tags.Tags)
	}
	c.stop()
	c.start()
	if all, _ := c.left(t, q); all != "1" {
		t.Errorf("a disabled mapping took a message: %s are left", all)
	}
	_, err = c.client.UpdateEventSourceMapping(ctx, &awslambda.UpdateEventSourceMappingInput{UUID: &id, Enabled: aws.Bool(true)})
	c.must(err)
	eventually(t, "the queue is empty", c.empty(t, q))
	del, err := c.client.DeleteEventSourceMapping(ctx, &awslambda.DeleteEventSourceMappingInput{UUID: &id})
	c.must(err)
	if aws.ToString(del.State) != "Deleting" {
		t.Errorf("state %s", aws.ToString(del.State))
	}
	_, err = c.client.GetEventSourceMapping(ctx, &awslambda.GetEventSourceMappingInput{UUID: &id})
	wantError(t, err, "ResourceNotFoundException", "The resource you requested does not exist.")
}

func TestMappingSurvivesARestartAndReturnsItsMessages(t *testing.T) {
	c := newCloud(t)
	q := c.createQueue("q", "900")
	c.create("f", func(in *awslambda.CreateFunctionInput) { in.Timeout = aws.Int32(60) })
	c.connect(q, "f", nil)
	c.send(q, "hang once")
	eventually(t, "it runs", func() bool { return count(c.logs.lines("/aws/lambda/f"), "message hang once") == 1 })
	c.stop()
	c.start()
	eventually(t, "it has run again, long before its visibility timeout", c.empty(t, q))
}

func TestMappingsAreRefusedInAWSsWords(t *testing.T) {
	c := newCloud(t)
	q, short := c.createQueue("q", "30"), c.createQueue("short", "2")
	c.create("f", nil)
	id := c.connect(q, "f", nil)
	create := func(change func(*awslambda.CreateEventSourceMappingInput)) error {
		in := &awslambda.CreateEventSourceMappingInput{EventSourceArn: &q.arn, FunctionName: aws.String("f")}
		change(in)
		_, err := c.client.CreateEventSourceMapping(t.Context(), in)
		return err
	}
	err := create(func(*awslambda.CreateEventSourceMappingInput) {})
	wantError(t, err, "ResourceConflictException", `An event source mapping with SQS arn (" `+q.arn+` ") and function (" f ") already exists. `+
		"Please update or delete the existing mapping with UUID "+id)
	err = create(func(in *awslambda.CreateEventSourceMappingInput) { in.EventSourceArn = &short.arn })
	wantError(t, err, "InvalidParameterValueException", "Queue visibility timeout: 2 seconds is less than Function timeout: 3 seconds")
	err = create(func(in *awslambda.CreateEventSourceMappingInput) { in.EventSourceArn = aws.String(q.arn + "x") })
	wantError(t, err, "InvalidParameterValueException", "AWS.SimpleQueueService.NonExistentQueue")
	err = create(func(in *awslambda.CreateEventSourceMappingInput) { in.BatchSize = aws.Int32(11) })
	wantError(t, err, "InvalidParameterValueException", "Maximum batch window in seconds must be greater than 0")
	err = create(func(in *awslambda.CreateEventSourceMappingInput) { in.BatchSize = aws.Int32(10001) })
	wantError(t, err, "ValidationException", "Value '10001' at 'batchSize'")
	err = create(func(in *awslambda.CreateEventSourceMappingInput) { in.FunctionName = aws.String("none") })
	wantError(t, err, "ResourceNotFoundException", "Function not found: ")
	c.rights.deny("sqs:ReceiveMessage")
	err = create(func(in *awslambda.CreateEventSourceMappingInput) { in.EventSourceArn = &short.arn })
	wantError(t, err, "InvalidParameterValueException", "The provided execution role does not have permissions to call ReceiveMessage on SQS")
}
