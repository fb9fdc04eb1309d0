(** * Claim 10: wider but more constrained

    - The block-diagonal kernels have groups x O x I x S places that may be filled: G M S for the primary, G L
      for the secondary; all others are zero.
    - A kernel W is the composite of a block iff for each (l, m2) the slice with rows l2 and columns (m, s) has
      rank at most 1. Rank at most 1 is said as: all 2 x 2 minors vanish. If so, [recover] finds two kernels.

    On paper. If W[l2, (m, s)] = d[l2] p[m, s] then both products of a minor are d d' p p'. Conversely, take
    a slice with vanishing minors. If it is zero, take d = 0 (and p = 0). If it has an entry W[j, t] = e other
    than zero (the pivot), take p = row j, and d = column t divided by e. Then d[i] p[u] = W[i, t] W[j, u] / e,
    and the minor of rows i, j and columns t, u says W[i, t] W[j, u] = W[i, u] W[j, t] = W[i, u] e.

    Needed of the scalars: a commutative semiring in which every a other than 0 has an inverse, and where one
    can tell whether a = 0. Every field with decidable equality is of this kind. *)

From Coq Require Import Arith List Lia Ring Field Setoid QArith.Qcanon.
From IGC Require Import Formulas Division Sum GroupConvolution Composite.
Import ListNotations.
Local Open Scope nat_scope.

(** ** Counting the places of a block-diagonal kernel *)

(** The number of places (o, c, s) that lie on the diagonal blocks. *)
Definition places (groups O I S : nat) : nat :=
  sum (groups * O) (fun o => sum (groups * I) (fun c => sum S (fun _ => if same_group O I o c then 1 else 0))).

Lemma sum_of_ones (n : nat) : sum n (fun _ => 1) = n.
Proof. induction n as [|n IH]; simpl; [reflexivity|]. simpl in IH. rewrite IH. lia. Qed.

Theorem places_of_block_diagonal (groups O I S : nat) : places groups O I S = groups * O * I * S.
Proof.
  unfold places.
  rewrite (sum_ext counting (groups * O) _ (fun _ => I * S)).
  - rewrite <- (sum_of_ones (groups * O)) at 2. induction (groups * O) as [|n IH]; simpl; [reflexivity|].
    simpl in IH. rewrite IH. lia.
  - intros o below. destruct (channel_parts groups O o below) as (l & n & l_below & n_below & ->).
    unfold same_group. rewrite quotient by assumption.
    rewrite (sum_ext counting (groups * I) _ (fun c => if c / I =? l then S else 0)).
    + etransitivity; [exact (sum_own_block counting groups I l (fun _ => S) l_below)|].
      clear. induction I as [|I IH]; simpl; [reflexivity|]. simpl in IH. rewrite IH. lia.
    + intros c _. rewrite Nat.eqb_sym. destruct (c / I =? l); [apply sum_of_ones|].
      apply (sum_vanishes counting). reflexivity.
Qed.

(** nnz(Wp) = G M S and nnz(Wd) = G L; together Eq. 7. *)
Theorem primary_places (L M S : nat) : places L M M S = L * M * M * S.
Proof. apply places_of_block_diagonal. Qed.

Theorem secondary_places (L M : nat) : places M L L 1 = L * M * L.
Proof. rewrite places_of_block_diagonal. ring. Qed.

Theorem places_are_parameters (L Min Mout Lout S : nat) :
  places L Mout Min S + places Mout Lout L 1 = block_parameters L Min Mout Lout S.
Proof. rewrite !places_of_block_diagonal. unfold block_parameters. ring. Qed.

(** A regular convolution is the case of one group: Eq. 8. *)
Theorem regular_places (Cin Cout S : nat) : places 1 Cout Cin S = regular_parameters Cin Cout S.
Proof. rewrite places_of_block_diagonal. unfold regular_parameters. ring. Qed.

Section RankOne.

Context {A : semiring}.
Add Ring A_ring : (laws A).
Local Open Scope semiring_scope.

(** All other entries of a block-diagonal kernel are zero. *)
Theorem zero_off_the_diagonal (O I : nat) (W : nat -> nat -> nat -> A) (o c s : nat) :
  same_group O I o c = false -> block_diagonal O I W o c s = 0.
Proof. unfold block_diagonal. now intros ->. Qed.

Variables L Min Mout Lout S : nat.
Variable W : nat -> nat -> nat -> A.   (* a regular kernel: Lout Mout outputs, L Min inputs, S taps *)

(** Entry in row l2 and column (m, s) of slice (l, m2). *)
Definition slice (l m2 l2 m s : nat) : A := W (output_channel Mout l2 m2) (partition_channel Min l m) s.

(** Rank at most 1: both products of every 2 x 2 minor are equal. *)
Definition rank_at_most_one (l m2 : nat) : Prop :=
  forall i j m s n t, (i < Lout)%nat -> (j < Lout)%nat -> (m < Min)%nat -> (n < Min)%nat -> (s < S)%nat -> (t < S)%nat ->
  slice l m2 i m s * slice l m2 j n t = slice l m2 i n t * slice l m2 j m s.

(** W is the composite of these two kernels. *)
Definition is_composite_of (Wp : nat -> nat -> nat -> A) (Wd : nat -> nat -> A) : Prop :=
  forall o c s, (o < Lout * Mout)%nat -> (c < L * Min)%nat -> (s < S)%nat ->
  composite Min Mout Lout Wp Wd o c s = W o c s.

(** Claim 10, one direction; over every commutative semiring. *)
Theorem composite_has_rank_one_slices Wp Wd :
  is_composite_of Wp Wd -> forall l m2, (l < L)%nat -> (m2 < Mout)%nat -> rank_at_most_one l m2.
Proof.
  intros composed l m2 l_below m2_below.
  assert (forall l2 m s, (l2 < Lout)%nat -> (m < Min)%nat -> (s < S)%nat ->
    slice l m2 l2 m s = Wd (secondary_row Lout m2 l2) l * Wp (primary_row Mout l m2) m s) as entry.
  { intros. unfold slice. rewrite <- composed by (assumption || now apply in_range). now apply composite_entry. }
  intros i j m s n t. intros. rewrite !entry by assumption. ring.
Qed.

Variable inverse : A -> A.
Hypothesis inverse_law : forall a, a <> 0 -> a * inverse a = 1.
Variable is_zero : forall a : A, {a = 0} + {a <> 0}.

(** A place (l2, m, s) of slice (l, m2) whose entry is not zero, if there is one. *)
Definition pivot (l m2 : nat) : option (nat * nat * nat) :=
  find (fun p => let '(l2, m, s) := p in if is_zero (slice l m2 l2 m s) then false else true)
    (list_prod (list_prod (seq 0 Lout) (seq 0 Min)) (seq 0 S)).

Lemma pivot_found (l m2 l2 m s : nat) :
  pivot l m2 = Some (l2, m, s) -> (l2 < Lout)%nat /\ (m < Min)%nat /\ (s < S)%nat /\ slice l m2 l2 m s <> 0.
Proof.
  intro found. apply find_some in found as [place not_zero].
  apply in_prod_iff in place as [place s_below]. apply in_prod_iff in place as [l2_below m_below].
  apply in_seq in l2_below, m_below, s_below. destruct is_zero in not_zero; [discriminate|]. repeat split; lia || assumption.
Qed.

Lemma pivot_not_found (l m2 l2 m s : nat) :
  pivot l m2 = None -> (l2 < Lout)%nat -> (m < Min)%nat -> (s < S)%nat -> slice l m2 l2 m s = 0.
Proof.
  intros none l2_below m_below s_below.
  assert (In (l2, m, s) (list_prod (list_prod (seq 0 Lout) (seq 0 Min)) (seq 0 S))) as place.
  { apply in_prod; [apply in_prod|]; apply in_seq; lia. }
  pose proof (find_none _ _ none _ place) as zero_there. simpl in zero_there.
  now destruct is_zero in zero_there.
Qed.

(** The recovered kernels: the pivot's row, and the pivot's column over the pivot. *)
Definition recover_primary (e m s : nat) : A :=
  match pivot (e / Mout) (e mod Mout) with
  | Some (l2, _, _) => slice (e / Mout) (e mod Mout) l2 m s
  | None => 0
  end.

Definition recover_secondary (d l : nat) : A :=
  match pivot l (d / Lout) with
  | Some (l2, m, s) => slice l (d / Lout) (d mod Lout) m s * inverse (slice l (d / Lout) l2 m s)
  | None => 0
  end.

(** Claim 10, the other direction: the kernels that [recover] finds compose to W. *)
Theorem rank_one_slices_are_composite :
  (forall l m2, (l < L)%nat -> (m2 < Mout)%nat -> rank_at_most_one l m2) ->
  is_composite_of recover_primary recover_secondary.
Proof.
  intros rank o c s o_below c_below s_below.
  destruct (channel_parts Lout Mout o o_below) as (l2 & m2 & l2_below & m2_below & ->).
  destruct (channel_parts L Min c c_below) as (l & m & l_below & m_below & ->).
  fold (output_channel Mout l2 m2) (partition_channel Min l m). rewrite composite_entry by assumption.
  fold (slice l m2 l2 m s). unfold recover_primary, recover_secondary, secondary_row, primary_row.
  rewrite !quotient, !remainder by assumption.
  destruct (pivot l m2) as [[[j n] t]|] eqn:found.
  - apply pivot_found in found as (j_below & n_below & t_below & pivot_not_zero).
    pose proof (rank l m2 l_below m2_below l2 j n t m s) as minor.
    transitivity (slice l m2 l2 n t * slice l m2 j m s * inverse (slice l m2 j n t)); [ring|].
    rewrite minor by assumption.
    transitivity (slice l m2 l2 m s * (slice l m2 j n t * inverse (slice l m2 j n t))); [ring|].
    rewrite inverse_law by assumption. ring.
  - rewrite (pivot_not_found l m2 l2 m s) by assumption. ring.
Qed.

(** Claim 10. *)
Theorem composite_iff_rank_one :
  (exists Wp Wd, is_composite_of Wp Wd) <->
  (forall l m2, (l < L)%nat -> (m2 < Mout)%nat -> rank_at_most_one l m2).
Proof.
  split.
  - intros (Wp & Wd & composed). now apply composite_has_rank_one_slices with Wp Wd.
  - intro rank. exists recover_primary, recover_secondary. now apply rank_one_slices_are_composite.
Qed.

End RankOne.

(** ** Over every field with decidable equality, and so over the rational numbers *)

Section Fields.

Variables (K : Type) (zero one : K) (add mul sub : K -> K -> K) (opp : K -> K) (div : K -> K -> K) (inv : K -> K).
Hypothesis field_laws : field_theory zero one add mul sub opp div inv (@eq K).
Add Ring K_ring : (F_R field_laws).

Lemma field_semiring_laws : semi_ring_theory zero one add mul (@eq K).
Proof. constructor; intros; ring. Qed.

Definition field_semiring : semiring := Semiring K zero one add mul field_semiring_laws.

Theorem composite_iff_rank_one_over_a_field (equality : forall a b : K, {a = b} + {a <> b})
    (L Min Mout Lout S : nat) (W : nat -> nat -> nat -> field_semiring) :
  (exists Wp Wd, is_composite_of L Min Mout Lout S W Wp Wd) <->
  (forall l m2, l < L -> m2 < Mout -> rank_at_most_one Min Mout Lout S W l m2).
Proof.
  apply composite_iff_rank_one with (inverse := inv).
  - intros a not_zero. simpl. rewrite <- (Finv_l field_laws a not_zero). ring.
  - intro a. apply equality.
Qed.

End Fields.

Theorem composite_iff_rank_one_over_the_rationals (L Min Mout Lout S : nat) W :
  (exists Wp Wd, is_composite_of (A := field_semiring _ _ _ _ _ _ _ _ _ Qcft) L Min Mout Lout S W Wp Wd) <->
  (forall l m2, l < L -> m2 < Mout -> rank_at_most_one Min Mout Lout S W l m2).
Proof. apply composite_iff_rank_one_over_a_field, Qc_eq_dec. Qed.
