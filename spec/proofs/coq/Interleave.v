(** * Claims 1 and 2: the interleave, and the one path between every two channels

    Claim 1. The interleave is a bijection on the L M channels; its inverse is the interleave with L and M
    swapped; it is its own inverse exactly when L = M, L = 1 or M = 1.

    On paper: it sends l M + m to m L + l, and the swapped one sends that back. If it is an involution and
    L, M >= 2, follow channel 1 = 0 M + 1: it goes to L, and L goes to (L mod M) L + L / M, which is 1 only
    if L mod M = 0 and L / M = 1.

    Claim 2. The channels of one secondary partition come from different primary partitions, one from each;
    hence exactly one path joins each input channel to each output channel.

    On paper: channels m L + l of secondary partition m come from l M + m, in primary partition l. A path
    from input l Min + m to output l2 Mout + m2 must leave primary partition l by its channel m2. *)

From Coq Require Import Arith Lia.
From IGC Require Import Formulas Division.

Lemma interleave_at (L M l m : nat) : m < M -> interleave_index L M (l * M + m) = m * L + l.
Proof. intro. unfold interleave_index. now rewrite quotient, remainder. Qed.

Lemma deinterleave_at (L M l m : nat) : l < L -> deinterleave_index L M (m * L + l) = l * M + m.
Proof. intro. unfold deinterleave_index. now rewrite quotient, remainder. Qed.

(** The inverse swaps L and M. *)
Theorem deinterleave_is_interleave_swapped (L M c : nat) :
  deinterleave_index L M c = interleave_index M L c.
Proof. reflexivity. Qed.

Theorem interleave_in_range (L M c : nat) : c < L * M -> interleave_index L M c < L * M.
Proof.
  intro below. destruct (channel_parts L M c below) as (l & m & l_below & m_below & ->).
  rewrite interleave_at by assumption. rewrite (Nat.mul_comm L M). now apply in_range.
Qed.

Theorem deinterleave_after_interleave (L M c : nat) :
  c < L * M -> deinterleave_index L M (interleave_index L M c) = c.
Proof.
  intro below. destruct (channel_parts L M c below) as (l & m & l_below & m_below & ->).
  now rewrite interleave_at, deinterleave_at.
Qed.

Theorem interleave_after_deinterleave (L M c : nat) :
  c < L * M -> interleave_index L M (deinterleave_index L M c) = c.
Proof.
  rewrite Nat.mul_comm, (deinterleave_is_interleave_swapped L M c).
  apply (deinterleave_after_interleave M L c).
Qed.

(** Claim 1: every channel below L M is hit, by exactly one channel below L M. *)
Theorem interleave_is_bijection (L M d : nat) :
  d < L * M -> exists! c, c < L * M /\ interleave_index L M c = d.
Proof.
  intro below. exists (deinterleave_index L M d). split.
  - split; [|now apply interleave_after_deinterleave].
    rewrite Nat.mul_comm. apply (interleave_in_range M L). now rewrite Nat.mul_comm.
  - intros c (c_below & <-). now apply deinterleave_after_interleave.
Qed.

(** Claim 1: when the interleave is its own inverse. *)
Theorem interleave_is_involution_iff (L M : nat) :
  1 <= L -> 1 <= M ->
  (forall c, c < L * M -> interleave_index L M (interleave_index L M c) = c) <-> L = M \/ L = 1 \/ M = 1.
Proof.
  intros L_positive M_positive. split.
  - intro involution.
    destruct (Nat.eq_dec L 1) as [|L_large]; [tauto|]. destruct (Nat.eq_dec M 1) as [|M_large]; [tauto|].
    left. specialize (involution 1 ltac:(nia)).
    assert (interleave_index L M 1 = L) as one_goes_to_L.
    { pose proof (interleave_at L M 0 1) as at_one. simpl in at_one. lia. }
    rewrite one_goes_to_L in involution. unfold interleave_index in involution.
    assert (L mod M = 0) as no_remainder by nia.
    rewrite no_remainder in involution.
    rewrite (Nat.div_mod L M) by lia. lia.
  - intros [<- | [-> | ->]] c below; unfold interleave_index.
    + now apply deinterleave_after_interleave.
    + rewrite !Nat.mul_1_r, (Nat.mod_small c M), (Nat.div_small c M) by lia.
      rewrite Nat.add_0_r, (Nat.mod_small c M), (Nat.div_small c M) by lia. lia.
    + rewrite !Nat.div_1_r. reflexivity.
Qed.

(** The channel read by the interleave is the one that it sends there, and likewise for the deinterleave. *)
Theorem interleave_reads_its_source (L M c : nat) :
  interleave_source L M c = deinterleave_index L M c.
Proof. reflexivity. Qed.

Theorem deinterleave_reads_its_source (L M c : nat) :
  deinterleave_source L M c = interleave_index L M c.
Proof. reflexivity. Qed.

(** Claim 2, complementarity: two channels c, d of one secondary partition come from two primary partitions. *)
Theorem complementary (L M c d : nat) :
  c < L * M -> d < L * M -> c <> d -> c / L = d / L ->
  interleave_source L M c / M <> interleave_source L M d / M.
Proof.
  rewrite (Nat.mul_comm L M). intros c_below d_below different same_secondary.
  destruct (channel_parts M L c c_below) as (m & l & m_below & l_below & ->).
  destruct (channel_parts M L d d_below) as (n & k & n_below & k_below & ->).
  rewrite !quotient in same_secondary by assumption. subst n.
  unfold interleave_source. rewrite !remainder, !(quotient L), !(quotient M) by assumption. nia.
Qed.

(** … and every primary partition sends one channel to every secondary partition. *)
Theorem complementary_all (L M l m : nat) :
  l < L -> m < M ->
  exists! c, c < L * M /\ c / L = m /\ interleave_source L M c / M = l.
Proof.
  intros l_below m_below. exists (m * L + l). split.
  - split; [rewrite (Nat.mul_comm L M); now apply in_range|].
    unfold interleave_source. now rewrite remainder, (quotient L), (quotient M).
  - intros c (below & secondary & primary). rewrite Nat.mul_comm in below.
    destruct (channel_parts M L c below) as (n & k & n_below & k_below & ->).
    unfold interleave_source in primary.
    rewrite quotient in secondary by assumption. subst n.
    rewrite remainder, (quotient L), (quotient M) in primary by assumption. now subst k.
Qed.

(** Output e of the primary convolution lies on a path from input c to output o of the block: c feeds e in
    the primary convolution, and the interleaved e feeds, in the secondary, the channel that becomes o. *)
Definition on_path (L Min Mout Lout c o e : nat) : Prop :=
  same_group Mout Min e c = true /\
  same_group Lout L (deinterleave_source Lout Mout o) (interleave_index L Mout e) = true.

(** Claim 2, strictness: exactly one path. *)
Theorem exactly_one_path (L Min Mout Lout c o : nat) :
  c < L * Min -> o < Lout * Mout -> exists! e, e < L * Mout /\ on_path L Min Mout Lout c o e.
Proof.
  intros c_below o_below.
  destruct (channel_parts L Min c c_below) as (l & m & l_below & m_below & ->).
  destruct (channel_parts Lout Mout o o_below) as (l2 & m2 & l2_below & m2_below & ->).
  unfold on_path, same_group, deinterleave_source.
  rewrite (quotient Min), (quotient Mout), (remainder Mout), (quotient Lout) by assumption.
  exists (primary_row Mout l m2). unfold primary_row. split.
  - rewrite interleave_at, !quotient, !Nat.eqb_refl by assumption. split; [now apply in_range|auto].
  - intros e (e_below & in_primary & in_secondary).
    destruct (channel_parts L Mout e e_below) as (k & n & k_below & n_below & ->).
    rewrite interleave_at in in_secondary by assumption.
    rewrite quotient in in_primary, in_secondary by assumption.
    apply Nat.eqb_eq in in_primary, in_secondary. now subst.
Qed.
