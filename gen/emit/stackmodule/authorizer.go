package stackmodule

import (
	"github.com/seastack/seastack/gen/emit/tf"
	"github.com/seastack/seastack/gen/model"
	"github.com/seastack/seastack/gen/names"
)

// authorization says who may call a route. The authorizers are the platform's.
func authorization(b *tf.Body, h model.HTTP) {
	if h.IsPublic() {
		return
	}
	b.Gap()
	kind := "CUSTOM"
	if h.Auth == model.JWT {
		kind = "JWT"
	}
	b.Set("authorization_type", kind)
	b.Expr("authorizer_id", "var.authorizers.%s.id", h.Auth)
	if len(h.Scopes) > 0 {
		b.Expr("authorization_scopes", "%s", tf.Literal(h.Scopes))
	}
}

// authorizer lets the API ask the function who may call. The authorizer itself is
// the platform's: routes of all stacks use it.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
func authorizer(file *tf.File, label string, name string) {
	b := file.Block("resource", "aws_lambda_permission", "authorizer_"+names.Label(name))
	b.Expr("statement_id", `"Authorize-${var.api.id}-${var.authorizers.%s.id}"`, name)
	b.Set("action", "lambda:InvokeFunction")
	b.Expr("function_name", "module.%s.name", label)
	b.Expr("qualifier", "module.%s.alias", label)
	b.Set("principal", "apigateway.amazonaws.com")
	b.Expr("source_arn", `"${var.api.execution_arn}/authorizers/${var.authorizers.%s.id}"`, name)
	b.Keep()
}
