"""Disputes, early fraud warnings, and what was verified of a payment's card."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    op.create_table('disputes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stripe_id', sa.String(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('payment_id', sa.Integer(), nullable=False),
    sa.Column('charge_id', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('case_type', sa.String(), nullable=False),
    sa.Column('network', sa.String(), nullable=False),
    sa.Column('reason_code', sa.String(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('withheld', sa.Integer(), nullable=False),
    sa.Column('fee', sa.Integer(), nullable=False),
    sa.Column('fee_currency', sa.String(), nullable=False),
    sa.Column('refundable', sa.Boolean(), nullable=False),
    sa.Column('due_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('past_due', sa.Boolean(), nullable=False),
    sa.Column('submissions', sa.Integer(), nullable=False),
    sa.Column('eligibility', sa.JSON(), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('warned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ticket', sa.Integer(), nullable=False),
    sa.Column('applied_ticket', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('next_try', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.String(), nullable=False),
    sa.Column('waiting_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_error', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_disputes_order_id_orders')),
    sa.ForeignKeyConstraint(['payment_id'], ['payments.id'], name=op.f('fk_disputes_payment_id_payments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disputes')),
    sa.UniqueConstraint('stripe_id', name=op.f('uq_disputes_stripe_id'))
    )
    with op.batch_alter_table('disputes', schema=None) as batch_op:
        batch_op.create_index('ix_disputes_due', ['next_try'], unique=False, sqlite_where=sa.text('next_try IS NOT NULL'), postgresql_where=sa.text('next_try IS NOT NULL'))
        batch_op.create_index('ix_disputes_open', ['id'], unique=False, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.create_index('ix_disputes_opened', ['opened_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_disputes_order_id'), ['order_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_disputes_payment_id'), ['payment_id'], unique=False)

    op.create_table('fraud_warnings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('stripe_id', sa.String(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('payment_id', sa.Integer(), nullable=False),
    sa.Column('fraud_type', sa.String(), nullable=False),
    sa.Column('actionable', sa.Boolean(), nullable=False),
    sa.Column('advice', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_fraud_warnings_order_id_orders')),
    sa.ForeignKeyConstraint(['payment_id'], ['payments.id'], name=op.f('fk_fraud_warnings_payment_id_payments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fraud_warnings')),
    sa.UniqueConstraint('stripe_id', name=op.f('uq_fraud_warnings_stripe_id'))
    )
    with op.batch_alter_table('fraud_warnings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fraud_warnings_order_id'), ['order_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_fraud_warnings_payment_id'), ['payment_id'], unique=False)

    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('card_fingerprint', sa.String(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('checks', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.create_index('ix_payments_card', ['card_fingerprint'], unique=False, sqlite_where=sa.text("card_fingerprint <> ''"), postgresql_where=sa.text("card_fingerprint <> ''"))



def downgrade() -> None:
    with op.batch_alter_table('payments', schema=None) as batch_op:
        batch_op.drop_index('ix_payments_card', sqlite_where=sa.text("card_fingerprint <> ''"), postgresql_where=sa.text("card_fingerprint <> ''"))
        batch_op.drop_column('checks')
        batch_op.drop_column('card_fingerprint')

    with op.batch_alter_table('fraud_warnings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fraud_warnings_payment_id'))
        batch_op.drop_index(batch_op.f('ix_fraud_warnings_order_id'))

    op.drop_table('fraud_warnings')
    with op.batch_alter_table('disputes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_disputes_payment_id'))
        batch_op.drop_index(batch_op.f('ix_disputes_order_id'))
        batch_op.drop_index('ix_disputes_opened')
        batch_op.drop_index('ix_disputes_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_disputes_due', sqlite_where=sa.text('next_try IS NOT NULL'), postgresql_where=sa.text('next_try IS NOT NULL'))

    op.drop_table('disputes')
