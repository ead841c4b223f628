package lambdatest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// Create creates a function of Bootstrap. change, if not nil, changes the input.
func (c *Cloud) Create(name string, change func(*awslambda.CreateFunctionInput)) *awslambda.CreateFunctionOutput {
	c.T.Helper()
	in := &awslambda.CreateFunctionInput{
		FunctionName: aws.String(name), Role: aws.String(RoleARN), Handler: aws.String("bootstrap"),
		Runtime: types.RuntimeProvidedal2023, Code: &types.FunctionCode{ZipFile: Zipped(c.T, "one")},
	}
	if change != nil {
		change(in)
	}
	out, err := c.Client.CreateFunction(c.T.Context(), in)
	c.Must(err)
	return out
}

// Zipped returns the zip of a function. Zips with different marks differ. It is
// small, since its bootstrap only executes the real one: most tests are not about
// large zips.
func Zipped(t testing.TB, mark string) []byte {
	return TextZip(t, map[string]string{"bootstrap": "#!/bin/sh\nexec " + Bootstrap + "\n", "assets/mark": mark})
}

// RealZip returns a zip with Bootstrap itself.
func RealZip(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile(Bootstrap)
	if err != nil {
		t.Fatal(err)
	}
	return TextZip(t, map[string]string{"bootstrap": string(raw)})
}

// TextZip returns a zip of executable files.
func TextZip(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		h := &zip.FileHeader{Name: name, Method: zip.Deflate}
		h.SetMode(0o755)
		f, err := w.CreateHeader(h)
		if err == nil {
			_, err = f.Write([]byte(files[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Invoke invokes a function with an event, and returns the whole output.
func (c *Cloud) Invoke(name string, event any) *awslambda.InvokeOutput {
	c.T.Helper()
	raw, err := json.Marshal(event)
	c.Must(err)
	out, err := c.Client.Invoke(c.T.Context(), &awslambda.InvokeInput{
		FunctionName: aws.String(name), Payload: raw, LogType: types.LogTypeTail,
	})
	c.Must(err)
	return out
}

// Call invokes a function, and returns its answer as a value.
func Call[T any](c *Cloud, name string, event any) (v T) {
	c.T.Helper()
	out := c.Invoke(name, event)
	if out.FunctionError != nil {
		c.T.Fatalf("%s: %s", name, out.Payload)
	}
	c.Must(json.Unmarshal(out.Payload, &v))
	return v
}

// Echo is the answer of Bootstrap to an event that asks for nothing.
type Echo struct {
	Text       string
	Calls, PID int
}

// InvokeAsync invokes a function asynchronously.
func (c *Cloud) InvokeAsync(name, event string) {
	c.T.Helper()
	out, err := c.Client.Invoke(c.T.Context(), &awslambda.InvokeInput{
		FunctionName: aws.String(name), Payload: []byte(event), InvocationType: types.InvocationTypeEvent,
	})
	c.Must(err)
	if out.StatusCode != 202 || len(out.Payload) > 0 {
		c.T.Errorf("status %d, payload %q", out.StatusCode, out.Payload)
	}
}
