package telemetry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// xrayHost is the host of X-Ray's own endpoint for OTLP, with its region. The role
// needs xray:PutTraceSegments, which tracing=true of a function grants.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
var xrayHost = regexp.MustCompile(`^xray\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$`)

// sign signs a request to X-Ray with the function's credentials, and no other.
func sign(ctx context.Context, req *http.Request, body []byte) error {
	host := xrayHost.FindStringSubmatch(req.URL.Hostname())
	if host == nil {
		return nil
	}
	sum := sha256.Sum256(body)
	return v4.NewSigner().SignHTTP(ctx, aws.Credentials{
		AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
	}, req, hex.EncodeToString(sum[:]), "xray", host[1], time.Now())
}
