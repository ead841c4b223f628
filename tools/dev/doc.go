// Package dev keeps the environment local as the sources are, from one save to the
// next. It watches the module's files and does the least that makes a change seen:
//
//   - code that functions reach is compiled for those functions alone, and put into
//     the local cloud, within a second or so. It is not what `up` deploys, byte by
//     byte: a program is linked from the whole package of its stack, and not
//     compressed;
//   - whatever else a deployment is made from (annotations, seastack.hcl, Terraform,
//     migrations, go.mod) is applied as `up` applies it;
//   - when nothing has been saved for a while, and at the end, `up` brings Terraform's
//     state in line with the code that was put into the cloud. So a plan that follows
//     has no changes.
//
// Code that does not compile, or annotations that are wrong, are reported; what
// compiled last goes on serving.
package dev
