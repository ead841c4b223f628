package lambda_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

// The benchmarks compare an invocation through the local cloud with the bare
// process: the same executable, in the same run, behind a Runtime API that does
// nothing except hand over events. Run them with
//
//	go test ./tools/localcloud/lambda -run '^$' -bench . -benchtime 2s
//
// overhead-µs is the median of an invocation less the median of the bare process's.

const benchEvent = `{"Text":"x"}`

// bareAPI is the smallest Runtime API that works, for one process.
type bareAPI struct {
	events  chan []byte
	answers chan []byte
	ready   chan struct{}
}

func (b *bareAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/next") {
		answer, _ := io.ReadAll(r.Body)
		b.answers <- answer
		w.WriteHeader(http.StatusAccepted)
		return
	}
	select {
	case b.ready <- struct{}{}:
	default:
	}
	select {
	case e := <-b.events:
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "9999999999999")
		_, _ = w.Write(e)
	case <-r.Context().Done():
	}
}

// bareProcess starts the bootstrap behind a bareAPI.
func bareProcess(b *testing.B) *bareAPI {
	api := &bareAPI{make(chan []byte), make(chan []byte, 1), make(chan struct{}, 1)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: api}
	go func() { _ = server.Serve(l) }()
	cmd := exec.Command(lambdatest.Bootstrap)
	cmd.Env = []string{"AWS_LAMBDA_RUNTIME_API=" + l.Addr().String()}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = server.Close()
	})
	return api
}

func (b *bareAPI) invoke() {
	b.events <- []byte(benchEvent)
	<-b.answers
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func timed(f func()) time.Duration {
	begin := time.Now()
	f()
	return time.Since(begin)
}

// compare runs both ways in turn, so that other load on the machine affects both.
func compare(b *testing.B, ours, bare func()) {
	for range 20 {
		ours()
		bare()
	}
	var a, z []time.Duration
	for b.Loop() {
		a = append(a, timed(ours))
		z = append(z, timed(bare))
	}
	report(b, median(a), median(z))
}

func report(b *testing.B, ours, bare time.Duration) {
	b.ReportMetric(0, "ns/op") // of both together, which means nothing
	b.ReportMetric(float64(ours.Nanoseconds())/1000, "median-µs")
	b.ReportMetric(float64(bare.Nanoseconds())/1000, "bare-µs")
	b.ReportMetric(float64((ours-bare).Nanoseconds())/1000, "overhead-µs")
}

// BenchmarkWarmInvokeGo is what the API gateway and the scheduler do.
func BenchmarkWarmInvokeGo(b *testing.B) {
	c, api := lambdatest.New(b), bareProcess(b)
	c.Create("bench", func(in *awslambda.CreateFunctionInput) { in.Code.ZipFile = lambdatest.RealZip(b) })
	compare(b, func() {
		if _, err := c.Service.Invoke(b.Context(), lambda.Invocation{FunctionARN: "bench", Payload: []byte(benchEvent)}); err != nil {
			b.Fatal(err)
		}
	}, api.invoke)
}

// BenchmarkWarmInvokeHTTP is an HTTP client that sends a signature without
// calculating one.
func BenchmarkWarmInvokeHTTP(b *testing.B) {
	c, api := lambdatest.New(b), bareProcess(b)
	c.Create("bench", func(in *awslambda.CreateFunctionInput) { in.Code.ZipFile = lambdatest.RealZip(b) })
	url := c.Server.URL + "/2015-03-31/functions/bench/invocations"
	compare(b, func() {
		req, _ := http.NewRequest("POST", url, bytes.NewReader([]byte(benchEvent)))
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		if resp.StatusCode != http.StatusOK {
			b.Fatalf("status %s", resp.Status)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}, api.invoke)
}

// BenchmarkWarmInvokeSDK includes the time of aws-sdk-go-v2 itself.
func BenchmarkWarmInvokeSDK(b *testing.B) {
	c, api := lambdatest.New(b), bareProcess(b)
	c.Create("bench", func(in *awslambda.CreateFunctionInput) { in.Code.ZipFile = lambdatest.RealZip(b) })
	compare(b, func() {
		_, err := c.Client.Invoke(b.Context(), &awslambda.InvokeInput{FunctionName: aws.String("bench"), Payload: []byte(benchEvent)})
		if err != nil {
			b.Fatal(err)
		}
	}, api.invoke)
}

// BenchmarkColdStart compares the first answer of a new instance with that of
// the bare process, from its start on.
func BenchmarkColdStart(b *testing.B) {
	c := lambdatest.New(b)
	c.Create("bench", func(in *awslambda.CreateFunctionInput) { in.Code.ZipFile = lambdatest.RealZip(b) })
	var ours, bare []time.Duration
	for b.Loop() {
		c.Service.Retire("bench:")
		lambdatest.Eventually(b, "no instance is left", func() bool { return c.Service.Instances() == 0 })
		ours = append(ours, timed(func() {
			if _, err := c.Service.Invoke(b.Context(), lambda.Invocation{FunctionARN: "bench", Payload: []byte(benchEvent)}); err != nil {
				b.Fatal(err)
			}
		}))
		bare = append(bare, timed(func() { bareProcess(b).invoke() }))
	}
	report(b, median(ours), median(bare))
}
