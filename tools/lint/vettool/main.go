// Command vettool runs the analyzers of seastack lint as go vet does:
//
//	go vet -vettool=$(go tool -n vettool) ./stacks/... ./core/services/...
package main

import (
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/seastack/seastack/tools/lint"
)

func main() { unitchecker.Main(lint.Analyzers()...) }
