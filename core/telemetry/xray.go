package telemetry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// xrayRegion returns the region of a host that is X-Ray's own endpoint for OTLP; empty
// for any other.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
func xrayRegion(host string) string {
	region, after, _ := strings.Cut(strings.TrimPrefix(host, "xray."), ".")
	if !strings.HasPrefix(host, "xray.") || after != "amazonaws.com" && after != "amazonaws.com.cn" {
		return ""
	}
	return region
}

// sign signs a request to X-Ray with the function's credentials, and no other. The
// role needs xray:PutTraceSegments, which tracing=true of a function grants.
func sign(ctx context.Context, req *http.Request, body []byte) error {
	region := xrayRegion(req.URL.Hostname())
	if region == "" {
		return nil
	}
	sum := sha256.Sum256(body)
	return v4.NewSigner().SignHTTP(ctx, aws.Credentials{
		AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
	}, req, hex.EncodeToString(sum[:]), "xray", region, time.Now())
}
