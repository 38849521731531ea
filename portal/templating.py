"""Jinja as it is, with the three places made short that every word and macro of a page goes through."""

from types import FunctionType, MethodType

from flask.templating import Environment
from jinja2 import pass_eval_context
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

EVAL_CONTEXT = pass_eval_context(lambda context: None).jinja_pass_arg


class PortalContext(Context):
    def call(self, callable, /, *arguments, **named):
        """Jinja's own asks every time what a callable is; nearly all are macros and plain functions."""
        kind = type(callable)
        if kind is Macro:
            way = EVAL_CONTEXT
        elif kind is FunctionType or kind is MethodType:
            way = getattr(callable, "jinja_pass_arg", None)
        else:
            return super().call(callable, *arguments, **named)
        if named:
            if way is not None and way is not EVAL_CONTEXT:
                return super().call(callable, *arguments, **named)
            named.pop("_loop_vars", None)
            named.pop("_block_vars", None)
        if way is None:
            return callable(*arguments, **named)
        if way is EVAL_CONTEXT:
            return callable(self.eval_ctx, *arguments, **named)
        return super().call(callable, *arguments, **named)


class PortalCodeGenerator(CodeGenerator):
    def _output_child_pre(self, node, frame, finalize):
        """Print by `environment.printed` what Jinja prints by `escape`."""
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.printed(")
        else:
            super()._output_child_pre(node, frame, finalize)


class PortalEnvironment(Environment):
    context_class = PortalContext
    code_generator_class = PortalCodeGenerator

    @staticmethod
    def printed(value) -> str:
        """Most of what a page prints is markup already, which escape() would copy."""
        return value if type(value) is Markup else escape(value)

    def make_globals(self, d):
        """Without a chain of mappings, where a template adds no globals of its own (none does)."""
        return super().make_globals(d) if d else self.globals
