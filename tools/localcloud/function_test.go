package localcloud_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/seastack/seastack/tools/localcloud/cloudtest"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// function is this test's binary as a Lambda function: behind an API it sends the
// request's body to $QUEUE; behind a queue it stores the messages' bodies in
// $PARAMETER, and behind a bucket the keys of objects; without $QUEUE it answers at once. It finds the cloud by its
// environment alone.
func function(ctx context.Context, event struct {
	Body    string
	Records []struct {
		Body string
		S3   struct{ Object struct{ Key string } }
	}
}) (any, error) {
	if os.Getenv("QUEUE") == "" {
		return map[string]any{"statusCode": 200}, nil
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	fmt.Println("request with", len(event.Records), "records")
	if len(event.Records) == 0 {
		_, err := sqs.NewFromConfig(c).SendMessage(ctx, &sqs.SendMessageInput{
			QueueUrl: aws.String(os.Getenv("QUEUE")), MessageBody: &event.Body})
		return map[string]any{"statusCode": 202}, err
	}
	for _, r := range event.Records {
		value := r.Body + r.S3.Object.Key
		_, err := ssm.NewFromConfig(c).PutParameter(ctx, &ssm.PutParameterInput{
			Name: aws.String(os.Getenv("PARAMETER")), Value: &value, Type: types.ParameterTypeString, Overwrite: aws.Bool(true)})
		if err != nil {
			return nil, err
		}
	}
	return json.RawMessage(`{"batchItemFailures":[]}`), nil
}

// functionZip returns the zip of the function: this test's own binary. It is not
// compressed, which would take longer than the test.
var functionZip = sync.OnceValues(func() ([]byte, error) {
	binary, err := os.ReadFile(os.Args[0])
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Store}
	header.SetMode(0o755)
	f, err := w.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(binary); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
})

func mustZip(t testing.TB) []byte {
	t.Helper()
	raw, err := functionZip()
	check(t, err)
	return raw
}

// TestCodeFromABucket: a function's code can be named by bucket and key, with the
// rights of the caller, and its digest is that of the object.
func TestCodeFromABucket(t *testing.T) {
	cloud := cloudtest.Start(t)
	root := cloudtest.AWSConfig(t, cloud)
	objects, functions, roles := s3.NewFromConfig(root), awslambda.NewFromConfig(root), iam.NewFromConfig(root)
	zip := mustZip(t)
	_, err := objects.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("code")})
	check(t, err)
	_, err = objects.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("code"), Key: aws.String("functions/1.zip"), Body: bytes.NewReader(zip)})
	check(t, err)
	_, err = roles.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("f"), AssumeRolePolicyDocument: aws.String(lambdaTrust)})
	check(t, err)
	create := func(name, bucket, key string) (*awslambda.CreateFunctionOutput, error) {
		return functions.CreateFunction(t.Context(), &awslambda.CreateFunctionInput{
			FunctionName: &name, Runtime: "provided.al2023", Handler: aws.String("bootstrap"), Role: aws.String("arn:aws:iam::000000000000:role/f"),
			Code: &lambdatypes.FunctionCode{S3Bucket: &bucket, S3Key: &key},
		})
	}
	made, err := create("f", "code", "functions/1.zip")
	check(t, err)
	sum := sha256.Sum256(zip)
	if want := base64.StdEncoding.EncodeToString(sum[:]); aws.ToString(made.CodeSha256) != want || made.CodeSize != int64(len(zip)) {
		t.Errorf("got %s, %d bytes; want %s", aws.ToString(made.CodeSha256), made.CodeSize, want)
	}
	out, err := functions.Invoke(t.Context(), &awslambda.InvokeInput{FunctionName: aws.String("f"), Payload: []byte("{}")})
	check(t, err)
	if string(out.Payload) != `{"statusCode":200}` {
		t.Errorf("answer %s", out.Payload)
	}
	_, err = create("g", "code", "functions/2.zip")
	wiretest.WantError(t, err, "InvalidParameterValueException", "S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.")
	_, err = create("g", "codes", "functions/1.zip")
	wiretest.WantError(t, err, "InvalidParameterValueException", "S3 Error Code: NoSuchBucket.")
	_, err = functions.UpdateFunctionCode(t.Context(), &awslambda.UpdateFunctionCodeInput{
		FunctionName: aws.String("f"), S3Bucket: aws.String("code"), S3Key: aws.String("functions/1.zip"), ZipFile: zip,
	})
	wiretest.WantError(t, err, "InvalidParameterValueException", "")
	deployer := cloudtest.Assume(t, root, "deployer", `{"Effect":"Allow","Action":["lambda:*"],"Resource":"*"}`)
	_, err = awslambda.NewFromConfig(deployer).UpdateFunctionCode(t.Context(), &awslambda.UpdateFunctionCodeInput{
		FunctionName: aws.String("f"), S3Bucket: aws.String("code"), S3Key: aws.String("functions/1.zip"),
	})
	wiretest.WantError(t, err, "AccessDeniedException", "permission to GetObject for code/functions/1.zip")
}
