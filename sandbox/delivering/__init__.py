"""Events on their way to webhook endpoints: signed, in order, retried by the sandbox's clock (STRIPE.md section 11)."""
