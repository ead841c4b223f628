package localcloud_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/seastack/seastack/tools/localcloud"
	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// dirVariable makes this test's binary run a local cloud in that folder, as a
// process that can be killed.
const dirVariable = "SEASTACK_TEST_CLOUD_DIR"

func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		lambda.Start(function)
		return
	}
	if dir := os.Getenv(dirVariable); dir != "" {
		serve(dir)
		return
	}
	os.Exit(m.Run())
}

// serve runs the process: it prints its endpoint or its error, and ends when its
// standard input ends.
func serve(dir string) {
	cloud, err := localcloud.New(localcloud.Config{Addr: "127.0.0.1:0", Dir: dir})
	if err != nil {
		fmt.Println("error:", strings.ReplaceAll(err.Error(), "\n", " "))
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	fmt.Println(cloud.Endpoint())
	_, _ = cloud.Serve(ctx), cloud.Close()
}

// process is a cloud in a process of its own.
type process struct {
	t        *testing.T
	cmd      *exec.Cmd
	stdout   *bufio.Reader
	Endpoint string // or its error
}

// startProcess starts a cloud and waits until it answers.
func startProcess(t *testing.T, dir string) *process {
	t.Helper()
	p := launch(t, dir)
	p.await()
	return p
}

// launch starts a cloud's process.
func launch(t *testing.T, dir string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(os.Args[0])}
	p.cmd.Env = append(os.Environ(), dirVariable+"="+dir)
	stdin, err := p.cmd.StdinPipe()
	check(t, err)
	stdout, err := p.cmd.StdoutPipe()
	check(t, err)
	p.stdout = bufio.NewReader(stdout)
	check(t, p.cmd.Start())
	t.Cleanup(func() { _ = stdin.Close(); _ = p.cmd.Wait() })
	return p
}

// await waits for the process's first line.
func (p *process) await() {
	p.t.Helper()
	line, err := p.stdout.ReadString('\n')
	check(p.t, err)
	p.Endpoint = strings.TrimSpace(line)
}

// kill ends the process as `kill -9` does.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_ = p.cmd.Wait() // "signal: killed"
}

func (p *process) config() aws.Config { return wiretest.Config(p.t, p.Endpoint, "us-east-1") }
