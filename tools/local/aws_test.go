package local

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestWriteAWSConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "local", "aws.config")
	for _, port := range []int{4566, 4703} {
		endpoint := "http://127.0.0.1:" + strconv.Itoa(port)
		if err := WriteAWSConfig(file, endpoint, "eu-west-1", "KEY"); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(got), "[profile local]\nendpoint_url = "+endpoint+"\nregion = eu-west-1\naws_access_key_id = KEY\n") {
			t.Errorf("%v:\n%s", err, got)
		}
	}
}
