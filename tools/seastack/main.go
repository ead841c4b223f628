// Command seastack generates, builds, deploys and runs a serverless monolith.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
