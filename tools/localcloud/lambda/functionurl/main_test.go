package functionurl_test

import (
	"os"
	"testing"

	"github.com/seastack/seastack/tools/localcloud/lambda/lambdatest"
)

func TestMain(m *testing.M) { os.Exit(lambdatest.Main(m)) }
