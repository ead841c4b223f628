package dashboard_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	gatewaytypes "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/localcloud/dashboard"
	"github.com/seastack/seastack/tools/localcloud/dashboard/module"
	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

func TestMain(m *testing.M) { os.Exit(lambdatest.Main(m)) }

// The names on AWS of what the world has.
const (
	placing    = "shop-local-web-orders-place"
	shipping   = "shop-local-work-orders-ship"
	nightly    = "shop-local-work-nightly"
	orders     = "shop-local-orders"
	deadOrders = "shop-local-orders-dlq"
	deadNights = "shop-local-nightly-dlq"
	uploads    = "shop-local-uploads-000000000000"
	hidden     = "never-shown-7f3a"
)

// world is a local cloud with a small shop.
type world struct {
	*testing.T
	cloud     *localcloud.Cloud
	functions *lambda.Client
	queues    *sqs.Client
	base      string // of the pages
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newWorld starts a cloud and deploys the shop to it.
func newWorld(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	cloud := cloudtest.StartConfig(t, localcloud.Config{Addr: "127.0.0.1:0", Dir: dir})
	config := cloudtest.AWSConfig(t, cloud)
	w := &world{T: t, cloud: cloud, functions: lambda.NewFromConfig(config), queues: sqs.NewFromConfig(config), base: cloud.Endpoint()}
	createRole(t, config)
	for _, name := range []string{placing, shipping, nightly} {
		createFunction(t, w.functions, name)
	}
	w.route(apigatewayv2.NewFromConfig(config))
	w.createQueues()
	w.schedule(scheduler.NewFromConfig(config))
	w.objects(s3.NewFromConfig(config))
	check(t, module.Save(dir, shop()))
	return w
}

// shop is the module that the world has deployed.
func shop() module.Module {
	return module.Module{
		Project: "shop", Path: "example.com/shop", Environment: "local",
		Functions: []module.Function{
			{Name: placing, Stack: "web", Function: "orders-place", Doc: "Place takes an order.", Handler: "web.(*Orders).Place",
				Source: "stacks/web/orders.go:12", Kind: "http", Trigger: "POST /orders/{shop}", Auth: "public", Services: []string{"orders"},
				Uses:    []module.Use{{Resource: "queue:orders", Verb: "sends to", Service: "orders"}},
				Secrets: []string{"PIN"}, Example: &module.Example{
					Method: "POST", Path: "/orders/{shop}", Values: map[string]string{"shop": "1"},
					Query: map[string]string{"dry": "true"}, Body: []byte(`{"Do":"","Text":"<b>two & a half</b>"}`),
				}},
			{Name: shipping, Stack: "work", Function: "orders-ship", Kind: "queue", Trigger: "queue orders", Starts: "queue:orders",
				Services: []string{"orders"}, Event: []byte(`{"Text":"an event"}`)},
			{Name: nightly, Stack: "work", Function: "nightly", Kind: "schedule", Trigger: "rate(1 hour)", DeadLetters: deadNights},
		},
		Resources: []module.Resource{
			{ID: "queue:orders", Kind: "queue", Name: "orders", AWS: orders, DeadLetters: deadOrders},
			{ID: "table:orders", Kind: "table", Name: "orders"},
		},
		Services: []module.Service{{Name: "orders", Package: "example.com/shop/core/services/orders", Tables: []string{"orders"}}},
	}
}

func createRole(t testing.TB, config aws.Config) {
	t.Helper()
	c := iam.NewFromConfig(config)
	const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
		"Principal":{"Service":["lambda.amazonaws.com","scheduler.amazonaws.com"]}}]}`
	_, err := c.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("worker"), AssumeRolePolicyDocument: aws.String(trust)})
	check(t, err)
	_, err = c.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String("worker"), PolicyName: aws.String("all"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`),
	})
	check(t, err)
}

func createFunction(t testing.TB, c *lambda.Client, name string) {
	t.Helper()
	_, err := c.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: &name, Role: aws.String(lambdatest.RoleARN), Handler: aws.String("bootstrap"),
		Runtime: lambdatypes.RuntimeProvidedal2023, Code: &lambdatypes.FunctionCode{ZipFile: lambdatest.Zipped(t, "one")},
		Environment: &lambdatypes.Environment{Variables: map[string]string{
			"LEVEL": "info", "PIN": hidden, "STRIPE_API_KEY": hidden, "DATABASE": "postgres://u:" + hidden + "@127.0.0.1/x",
		}},
	})
	check(t, err)
}

func (w *world) route(c *apigatewayv2.Client) {
	arn := "arn:aws:lambda:us-east-1:000000000000:function:" + placing
	api, err := c.CreateApi(w.Context(), &apigatewayv2.CreateApiInput{Name: aws.String("shop"), ProtocolType: gatewaytypes.ProtocolTypeHttp})
	check(w, err)
	to, err := c.CreateIntegration(w.Context(), &apigatewayv2.CreateIntegrationInput{
		ApiId: api.ApiId, IntegrationType: gatewaytypes.IntegrationTypeAwsProxy, IntegrationUri: &arn, PayloadFormatVersion: aws.String("2.0"),
	})
	check(w, err)
	_, err = c.CreateRoute(w.Context(), &apigatewayv2.CreateRouteInput{
		ApiId: api.ApiId, RouteKey: aws.String("POST /orders/{shop}"), Target: aws.String("integrations/" + *to.IntegrationId),
	})
	check(w, err)
	_, err = c.CreateStage(w.Context(), &apigatewayv2.CreateStageInput{ApiId: api.ApiId, StageName: aws.String("$default"), AutoDeploy: aws.Bool(true)})
	check(w, err)
	_, err = w.functions.AddPermission(w.Context(), &lambda.AddPermissionInput{
		FunctionName: &arn, StatementId: aws.String("api"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("apigateway.amazonaws.com"),
	})
	check(w, err)
}

func (w *world) createQueues() {
	for _, name := range []string{deadOrders, deadNights} {
		_, err := w.queues.CreateQueue(w.Context(), &sqs.CreateQueueInput{QueueName: &name})
		check(w, err)
	}
	_, err := w.queues.CreateQueue(w.Context(), &sqs.CreateQueueInput{QueueName: aws.String(orders), Attributes: map[string]string{
		"RedrivePolicy":     `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:` + deadOrders + `","maxReceiveCount":"1"}`,
		"VisibilityTimeout": "0",
	}})
	check(w, err)
}

func (w *world) url(queue string) *string { return aws.String(w.base + "/000000000000/" + queue) }

// bury puts a message on the queue of orders, and lets it become a dead letter.
func (w *world) bury(body string) {
	w.Helper()
	_, err := w.queues.SendMessage(w.Context(), &sqs.SendMessageInput{QueueUrl: w.url(orders), MessageBody: &body})
	check(w, err)
	for range 2 {
		_, err = w.queues.ReceiveMessage(w.Context(), &sqs.ReceiveMessageInput{QueueUrl: w.url(orders)})
		check(w, err)
	}
}

func (w *world) waiting(queue string) string {
	w.Helper()
	out, err := w.queues.GetQueueAttributes(w.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: w.url(queue), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameApproximateNumberOfMessages},
	})
	check(w, err)
	return out.Attributes["ApproximateNumberOfMessages"]
}

func (w *world) schedule(c *scheduler.Client) {
	_, err := c.CreateSchedule(w.Context(), &scheduler.CreateScheduleInput{
		Name: aws.String("nightly"), ScheduleExpression: aws.String("cron(0 3 * * ? *)"),
		FlexibleTimeWindow: &schedulertypes.FlexibleTimeWindow{Mode: schedulertypes.FlexibleTimeWindowModeOff},
		Target:             &schedulertypes.Target{Arn: aws.String("arn:aws:lambda:us-east-1:000000000000:function:" + nightly), RoleArn: aws.String(lambdatest.RoleARN)},
	})
	check(w, err)
}

func (w *world) objects(c *s3.Client) {
	_, err := c.CreateBucket(w.Context(), &s3.CreateBucketInput{Bucket: aws.String(uploads)})
	check(w, err)
	for i := range 60 {
		_, err = c.PutObject(w.Context(), &s3.PutObjectInput{
			Bucket: aws.String(uploads), Key: aws.String(fmt.Sprintf("in/%02d.html", i)), Body: strings.NewReader("<script>alert(1)</script>"),
		})
		check(w, err)
	}
}

// page returns the answer to a GET of a page.
func (w *world) page(path string) (status int, body string, header http.Header) {
	w.Helper()
	return w.send(http.MethodGet, path, nil, nil)
}

// send sends a request as the dashboard's own page does; change, if not nil, changes it.
func (w *world) send(method, path string, form url.Values, change func(*http.Request)) (int, string, http.Header) {
	w.Helper()
	req, err := http.NewRequestWithContext(w.Context(), method, w.base+path, strings.NewReader(form.Encode()))
	check(w, err)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if change != nil {
		change(req)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	check(w, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	check(w, err)
	return resp.StatusCode, string(raw), resp.Header
}

// await waits until a page has a text.
func (w *world) await(path, text string) {
	w.Helper()
	var body string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if _, body, _ = w.page(path); strings.Contains(body, text) {
			return
		}
	}
	w.Fatalf("%s has no %q:\n%s", path, text, body)
}

// everyPage are the pages of the world, without those of an invocation and a trace.
var everyPage = []string{
	dashboard.Path, dashboard.Pages + "map", dashboard.Pages + "map?stack=work", dashboard.Pages + "map?focus=queue:orders",
	dashboard.Pages + "functions", dashboard.Pages + "functions/" + placing, dashboard.Pages + "requests",
	dashboard.Pages + "invocations", dashboard.Pages + "traces", dashboard.Pages + "logs", dashboard.Pages + "queues",
	dashboard.Pages + "queues/" + deadOrders, dashboard.Pages + "objects", dashboard.Pages + "objects/" + uploads,
	dashboard.Pages + "schedules", dashboard.Pages + "database", dashboard.Pages + "cost",
}

// exportTrace exports a trace of three spans, and returns its ID.
func exportTrace(t testing.TB, w *world) string {
	t.Helper()
	const id = "0af7651916cd43dd8448eb211c80319c"
	at := func(ms int) string {
		return fmt.Sprintf("%d", time.Now().Truncate(time.Second).Add(time.Duration(ms)*time.Millisecond).UnixNano())
	}
	body := `{"resourceSpans":[{"resource":{"attributes":[{"key":"faas.name","value":{"stringValue":"x"}},{"key":"service.name","value":{"stringValue":"web/orders-place"}}]},
	"scopeSpans":[{"spans":[
	{"traceId":"` + id + `","spanId":"00000000000000a1","name":"POST /orders","kind":2,"startTimeUnixNano":"` + at(0) + `","endTimeUnixNano":"` + at(100) + `"},
	{"traceId":"` + id + `","spanId":"00000000000000a2","parentSpanId":"00000000000000a1","name":"insert","kind":3,"startTimeUnixNano":"` + at(20) + `","endTimeUnixNano":"` + at(70) + `",
	"attributes":[{"key":"db.query.text","value":{"stringValue":"INSERT INTO orders VALUES ($1)"}}]},
	{"traceId":"` + id + `","spanId":"00000000000000a3","parentSpanId":"00000000000000a1","name":"send orders","kind":4,"startTimeUnixNano":"` + at(70) + `","endTimeUnixNano":"` + at(90) + `",
	"status":{"code":2,"message":"out of stock"}}]}]}]}`
	resp, err := http.Post(w.base+"/_localcloud/otlp/v1/traces", "application/json", strings.NewReader(body))
	check(t, err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("status %s", resp.Status)
	}
	return id
}
