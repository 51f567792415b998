"""Answers to disputes with their files, and what staff add to the evidence."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    op.create_table('dispute_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('dispute_id', sa.Integer(), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=False),
    sa.Column('trouble', sa.String(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['dispute_id'], ['disputes.id'], name=op.f('fk_dispute_answers_dispute_id_disputes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispute_answers')),
    sa.UniqueConstraint('reference', name=op.f('uq_dispute_answers_reference'))
    )
    with op.batch_alter_table('dispute_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dispute_answers_dispute_id'), ['dispute_id'], unique=False)
        batch_op.create_index('uq_dispute_answers_final', ['dispute_id', 'turn'], unique=True, sqlite_where=sa.text("kind <> 'staged' AND state <> 'refused'"), postgresql_where=sa.text("kind <> 'staged' AND state <> 'refused'"))

    op.create_table('evidence_pictures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dispute_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('page', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['dispute_id'], ['disputes.id'], name=op.f('fk_evidence_pictures_dispute_id_disputes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_pictures')),
    sa.UniqueConstraint('dispute_id', 'field', 'hash', name=op.f('uq_evidence_pictures_dispute_id_field_hash'))
    )
    op.create_table('evidence_texts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dispute_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['dispute_id'], ['disputes.id'], name=op.f('fk_evidence_texts_dispute_id_disputes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_texts')),
    sa.UniqueConstraint('dispute_id', 'field', name=op.f('uq_evidence_texts_dispute_id_field'))
    )
    op.create_table('evidence_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('stripe_id', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['dispute_answers.id'], name=op.f('fk_evidence_files_answer_id_dispute_answers'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_files')),
    sa.UniqueConstraint('answer_id', 'field', name=op.f('uq_evidence_files_answer_id_field')),
    sa.UniqueConstraint('reference', name=op.f('uq_evidence_files_reference'))
    )
    with op.batch_alter_table('evidence_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_files_answer_id'), ['answer_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('evidence_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_files_answer_id'))

    op.drop_table('evidence_files')
    op.drop_table('evidence_texts')
    op.drop_table('evidence_pictures')
    with op.batch_alter_table('dispute_answers', schema=None) as batch_op:
        batch_op.drop_index('uq_dispute_answers_final', sqlite_where=sa.text("kind <> 'staged' AND state <> 'refused'"), postgresql_where=sa.text("kind <> 'staged' AND state <> 'refused'"))
        batch_op.drop_index(batch_op.f('ix_dispute_answers_dispute_id'))

    op.drop_table('dispute_answers')
