// Command hello is the function that the test stops.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(_ context.Context, e events.APIGatewayV2HTTPRequest) (string, error) {
		name := e.PathParameters["name"]
		return greet(name), nil
	})
}

func greet(name string) string {
	return "Hello, " + name
}
