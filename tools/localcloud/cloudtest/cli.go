package cloudtest

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/seastack/seastack/tools/localcloud"
)

// cliTimeout bounds one run of the AWS CLI, which takes a second or two.
const cliTimeout = 60 * time.Second

// CLI runs the AWS CLI against a cloud and returns what it prints; the test fails
// if it does not succeed. If it is not installed the test is skipped, since a
// newcomer's tests must pass without it; CI must have it.
func CLI(t testing.TB, cloud *localcloud.Cloud, args ...string) string {
	t.Helper()
	out, err := RunCLI(t, cloud, args...)
	if err != nil {
		t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// RunCLI is CLI for a command that may fail: out has its errors, too.
func RunCLI(t testing.TB, cloud *localcloud.Cloud, args ...string) (out string, err error) {
	t.Helper()
	if _, err := exec.LookPath("aws"); err != nil {
		withoutCLI(t, os.Getenv("CI"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), cliTimeout)
	defer cancel()
	argv, env := cliCommand(cloud.Endpoint(), cloud.Region(), os.Environ(), args)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = env
	raw, err := cmd.CombinedOutput()
	return string(raw), err
}

// withoutCLI ends a test that cannot run the CLI: it skips the test, or fails it
// if ci, the variable that CI systems set, is not empty.
func withoutCLI(t testing.TB, ci string) {
	t.Helper()
	const cause = "the AWS CLI (aws) is not on PATH; install it: `apt-get install awscli`, `brew install awscli`, " +
		"or https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
	if ci != "" {
		t.Fatal(cause)
	}
	t.Skip(cause)
}

// cliCommand builds the CLI's command: none of the user's configuration reaches
// it.
func cliCommand(endpoint, region string, environ, args []string) (argv, env []string) {
	for _, v := range environ {
		if !strings.HasPrefix(v, "AWS_") {
			env = append(env, v)
		}
	}
	env = append(env,
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION="+region, "AWS_DEFAULT_REGION="+region,
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_PAGER=", "AWS_MAX_ATTEMPTS=1", "AWS_EC2_METADATA_DISABLED=true",
		"NO_PROXY=127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost",
	)
	return append([]string{"aws", "--endpoint-url", endpoint, "--output", "json"}, args...), env
}
