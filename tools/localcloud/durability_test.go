package localcloud_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/cloudtest"
)

const accountTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
	`"Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole"}]}`

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestStateSurvivesKill makes resources and a session, kills the process at
// once, and finds all of them in the next.
func TestStateSurvivesKill(t *testing.T) {
	dir, ctx := t.TempDir(), t.Context()
	first := startProcess(t, dir)
	_, err := iam.NewFromConfig(first.config()).CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: aws.String("web"), AssumeRolePolicyDocument: aws.String(accountTrust)})
	check(t, err)
	_, err = secretsmanager.NewFromConfig(first.config()).CreateSecret(ctx, &secretsmanager.CreateSecretInput{
		Name: aws.String("s"), SecretString: aws.String("hush")})
	check(t, err)
	_, err = sqs.NewFromConfig(first.config()).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("q")})
	check(t, err)
	session, err := sts.NewFromConfig(first.config()).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::000000000000:role/web"), RoleSessionName: aws.String("alice")})
	check(t, err)
	first.kill()

	second := startProcess(t, dir)
	secret, err := secretsmanager.NewFromConfig(second.config()).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String("s")})
	check(t, err)
	if *secret.SecretString != "hush" {
		t.Errorf("the secret is %q", *secret.SecretString)
	}
	_, err = sqs.NewFromConfig(second.config()).GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("q")})
	check(t, err)
	config := second.config()
	config.Credentials = credentials.NewStaticCredentialsProvider(
		*session.Credentials.AccessKeyId, *session.Credentials.SecretAccessKey, *session.Credentials.SessionToken)
	who, err := sts.NewFromConfig(config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	check(t, err)
	if !strings.HasSuffix(*who.Arn, ":assumed-role/web/alice") {
		t.Errorf("the session is %s", *who.Arn)
	}
}

// TestKillAmidWritesLosesNothingThatWasAnswered kills the process while several
// clients write, and wants every write that was answered.
func TestKillAmidWritesLosesNothingThatWasAnswered(t *testing.T) {
	dir := t.TempDir()
	first := startProcess(t, dir)
	client := ssm.NewFromConfig(first.config())
	answered := make(chan string, 10_000)
	ended := make(chan struct{})
	const writers = 4
	for w := range writers {
		go func() {
			defer func() { ended <- struct{}{} }()
			for i := 0; write(client, fmt.Sprintf("/%d/%d", w, i)) == nil; i++ {
				answered <- fmt.Sprintf("/%d/%d", w, i)
			}
		}()
	}
	var names []string
	for len(names) < 100 {
		names = append(names, <-answered)
	}
	first.kill()
	for range writers {
		<-ended
	}
	close(answered)
	for name := range answered {
		names = append(names, name)
	}
	client = ssm.NewFromConfig(startProcess(t, dir).config())
	for _, name := range names {
		if _, err := client.GetParameter(t.Context(), &ssm.GetParameterInput{Name: &name}); err != nil {
			t.Errorf("%s was answered and is lost: %v", name, err)
		}
	}
}

func write(c *ssm.Client, name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err := c.PutParameter(ctx, &ssm.PutParameterInput{Name: &name, Value: &name, Type: types.ParameterTypeString})
	return err
}

// TestTwoStartsAtOnce starts many clouds on one folder: one gets it, the others
// say who has it, and the state is whole.
func TestTwoStartsAtOnce(t *testing.T) {
	dir := t.TempDir()
	processes := []*process{launch(t, dir), launch(t, dir), launch(t, dir)}
	var running *process
	for _, p := range processes {
		p.await()
		switch {
		case strings.HasPrefix(p.Endpoint, "http://") && running == nil:
			running = p
		case strings.HasPrefix(p.Endpoint, "http://"):
			t.Errorf("two clouds have the folder: %s and %s", running.Endpoint, p.Endpoint)
		case !strings.Contains(p.Endpoint, "has the state of the local cloud"):
			t.Errorf("a start failed with %s", p.Endpoint)
		}
	}
	if running == nil {
		t.Fatal("no start succeeded")
	}
	check(t, write(ssm.NewFromConfig(running.config()), "/a"))
	if got := localcloud.PID(dir); got != running.cmd.Process.Pid {
		t.Errorf("the folder names process %d, want %d", got, running.cmd.Process.Pid)
	}
}

// TestEndIsBounded ends a cloud while a client waits for a message.
func TestEndIsBounded(t *testing.T) {
	cloud, err := localcloud.New(localcloud.Config{Addr: "127.0.0.1:0", Dir: t.TempDir()})
	check(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- cloud.Serve(ctx) }()
	client := sqs.NewFromConfig(cloudtest.AWSConfig(t, cloud))
	queue, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")})
	check(t, err)
	polled := make(chan error, 1)
	go func() {
		_, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, WaitTimeSeconds: 20})
		polled <- err
	}()
	start := time.Now()
	cancel()
	check(t, errors.Join(<-served, cloud.Close(), cloud.Close()))
	<-polled // however it ended, it did
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("the end took %s", took)
	}
}
