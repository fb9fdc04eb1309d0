(** * Channel numbers and their parts

    Every channel number below L M is l M + m with l < L and m < M, in one way only: the quotient and the
    remainder of the division by M. Every proof in this folder that treats channels starts so: write the
    channel as l M + m, then let [quotient] and [remainder] read l and m off again. *)

From Coq Require Import Arith Lia.

Lemma quotient (M l m : nat) : m < M -> (l * M + m) / M = l.
Proof. intro. rewrite Nat.div_add_l, (Nat.div_small m M) by lia. lia. Qed.

Lemma remainder (M l m : nat) : m < M -> (l * M + m) mod M = m.
Proof. intro. rewrite Nat.add_comm, Nat.mod_add by lia. now apply Nat.mod_small. Qed.

Lemma in_range (L M l m : nat) : l < L -> m < M -> l * M + m < L * M.
Proof. nia. Qed.

Lemma channel_parts (L M c : nat) : c < L * M -> exists l m, l < L /\ m < M /\ c = l * M + m.
Proof.
  intro below. exists (c / M), (c mod M).
  assert (M <> 0) by (intro; subst; lia).
  split; [apply Nat.div_lt_upper_bound; lia|].
  split; [apply Nat.mod_upper_bound; lia|].
  rewrite (Nat.div_mod c M) at 1 by lia. lia.
Qed.

Lemma parts_are_unique (M l m k n : nat) : m < M -> n < M -> l * M + m = k * M + n -> l = k /\ m = n.
Proof.
  intros m_below n_below same. split.
  - rewrite <- (quotient M l m), same by assumption. now apply quotient.
  - rewrite <- (remainder M l m), same by assumption. now apply remainder.
Qed.
