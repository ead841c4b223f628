package localcloud_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

// The benchmarks measure whole requests of real clients to a whole cloud:
//
//	go test -run '^$' -bench . ./tools/localcloud
//
// They report medians, since other load on the machine slows a few requests.

func BenchmarkGetCallerIdentity(b *testing.B) {
	c := sts.NewFromConfig(cloudtest.AWSConfig(b, cloudtest.Start(b)))
	median(b, func() error {
		_, err := c.GetCallerIdentity(b.Context(), &sts.GetCallerIdentityInput{})
		return err
	})
}

// newWarmFunction creates a function that answers at once, behind an API, and
// starts its process.
func newWarmFunction(b *testing.B) *pipeline {
	p := &pipeline{t: b, config: cloudtest.AWSConfig(b, cloudtest.Start(b))}
	p.role("echo", `{"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"*"}`)
	p.api = p.gateway(p.function("echo"))
	if status := p.post("warm"); status != http.StatusOK {
		b.Fatalf("status %d", status)
	}
	return p
}

func BenchmarkWarmInvokeBySDK(b *testing.B) {
	c := lambda.NewFromConfig(newWarmFunction(b).config)
	median(b, func() error {
		_, err := c.Invoke(b.Context(), &lambda.InvokeInput{FunctionName: aws.String("echo"), Payload: []byte("{}")})
		return err
	})
}

func BenchmarkWarmInvokeByHTTP(b *testing.B) {
	p := newWarmFunction(b)
	median(b, func() error {
		res, err := http.Post(p.api+"/work", "text/plain", strings.NewReader("{}"))
		if err != nil {
			return err
		}
		defer res.Body.Close()
		_, err = io.Copy(io.Discard, res.Body)
		return err
	})
}

// median runs f and reports the median of its times.
func median(b *testing.B, f func() error) {
	b.Helper()
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		check(b, f())
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs/median")
}
