// Package cloudtest starts local clouds for tests, and the clients to test them
// with: aws-sdk-go-v2 and the AWS CLI. It knows nothing of any service.
package cloudtest

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// Start starts a cloud on a free port, in a folder of its own, which stops when
// the test ends.
func Start(t testing.TB) *localcloud.Cloud {
	t.Helper()
	return StartConfig(t, localcloud.Config{Addr: "127.0.0.1:0", Dir: t.TempDir()})
}

// StartConfig starts a cloud with config, which stops when the test ends.
func StartConfig(t testing.TB, config localcloud.Config) *localcloud.Cloud {
	t.Helper()
	cloud, err := localcloud.New(config)
	if err != nil {
		t.Fatalf("starting the local cloud: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- cloud.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-served, cloud.Close()); err != nil {
			t.Errorf("ending the local cloud: %v", err)
		}
	})
	return cloud
}

// AWSConfig returns the SDK's configuration for a cloud, as its root user.
func AWSConfig(t testing.TB, cloud *localcloud.Cloud) aws.Config {
	t.Helper()
	return wiretest.Config(t, cloud.Endpoint(), cloud.Region())
}

// Assume returns the configuration of a session of a new role with that statement
// as its only right. root is the root user's.
func Assume(t testing.TB, root aws.Config, role, statement string) aws.Config {
	t.Helper()
	ctx, roles := t.Context(), iam.NewFromConfig(root)
	_, err := roles.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &role, AssumeRolePolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"000000000000"}}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = roles.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &role, PolicyName: aws.String("rights"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[` + statement + `]}`)})
	if err != nil {
		t.Fatal(err)
	}
	out, err := sts.NewFromConfig(root).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::000000000000:role/" + role), RoleSessionName: aws.String("session")})
	if err != nil {
		t.Fatal(err)
	}
	session := root.Copy()
	session.Credentials = credentials.NewStaticCredentialsProvider(*out.Credentials.AccessKeyId, *out.Credentials.SecretAccessKey, *out.Credentials.SessionToken)
	return session
}
